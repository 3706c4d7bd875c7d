import type { Context } from 'hono';

/** Tells the route of a request, the better for knowing the status of the answer. */
export type RouteFinder = (status?: number) => string | undefined;

/** To be asked for in the middleware that observes, when the request arrives. */
export function routeFinderOf({ req }: Context): RouteFinder {
  // Not by the functions of hono/route, which came with 4.8: it is the same list.
  const { matchedRoutes } = req as { readonly matchedRoutes?: readonly HonoRoute[] };
  const routes = matchedRoutes ?? [];
  return (status) => honoRouteOf({ routes, calledIndex: req.routeIndex, status });
}

/** A declaration of Hono that a path matched. */
interface HonoRoute {
  /** `ALL` for middleware, and for routes of every method. */
  readonly method: string;
  /** Its whole pattern, with what it is mounted under. */
  readonly path: string;
  readonly handler: { readonly length: number };
}

/** What is known of a request's declarations when asked. */
interface HonoMatch {
  /** In the order in which they were declared, which is the order in which they are called. */
  readonly routes: readonly HonoRoute[];
  /** Of the one that was called last. */
  readonly calledIndex: number;
  /** Undefined while there is no answer. */
  readonly status: number | undefined;
}

/**
 * The pattern of the route that a request is for: the handler that answered, or the one it was on the way to when something
 * before it answered or failed. Undefined where only middleware matched, and where a catch-all found nothing.
 */
function honoRouteOf({ routes, calledIndex, status }: HonoMatch): string | undefined {
  const called = routes[calledIndex];
  if (called !== undefined && isHandler(called) && counts(called, status)) return called.path;
  const ahead = routes.slice(calledIndex + 1).find((route) => isHandler(route) && counts(route, status));
  if (ahead !== undefined) return ahead.path;
  return status !== undefined && called !== undefined && isMount(called) && counts(called, status)
    ? called.path
    : undefined;
}

/** Hono tells middleware from handlers the same way: handlers do not ask for `next`. */
function isHandler({ method, handler }: HonoRoute): boolean {
  return method !== 'ALL' || handler.length < 2;
}

/** Something declared under a path of its own and everything below, such as a mounted application. */
function isMount({ path }: HonoRoute): boolean {
  return path !== '*' && path !== '/*';
}

/** Of a catch-all nobody knows whether it is the route before it has answered; when it finds nothing, it is not. */
function counts({ path }: HonoRoute, status: number | undefined): boolean {
  return !path.endsWith('*') || (status !== undefined && status !== 404);
}
