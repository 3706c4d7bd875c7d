import type { FastifyInstance } from 'fastify';

/** Which methods an address has, to answer 405 instead of 404 where only the method is wrong. */
export interface RouteTable {
  methodsAt(path: string): readonly string[];
}

/** Must be made before the routes are. */
export function collectRoutes(app: FastifyInstance): RouteTable {
  const routes = new Map<string, { matches: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const route = routes.get(url) ?? { matches: patternOf(url), methods: new Set<string>() };
    for (const name of [method].flat()) route.methods.add(name);
    routes.set(url, route);
  });
  return {
    methodsAt(path) {
      const methods = [...routes.values()]
        .filter(({ matches }) => matches.test(path))
        .flatMap((route) => [...route.methods]);
      return [...new Set(methods)].sort();
    },
  };
}

function patternOf(url: string): RegExp {
  const source = url
    .split('/')
    .map((part) => {
      if (part.startsWith(':')) return '[^/]+';
      return part.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace('*', '.*');
    })
    .join('/');
  return new RegExp(`^${source}$`);
}
