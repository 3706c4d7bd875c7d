import {
  type Layer,
  matchedPart,
  mountPattern,
  stackOf,
  toMountText,
  toPatternText,
  withoutSlash,
} from './express-layers.ts';

/** What is read of an application of Express 4 or 5. */
export interface ExpressApp {
  /** What all its requests inherit from: Express' own place for additions. */
  readonly request: object;
  readonly parent?: ExpressApp | undefined;
  readonly mountpath?: unknown;
}

/** A request after Express has had it. */
export interface ExpressRequest {
  readonly app?: ExpressApp;
  readonly route?: { readonly path: unknown };
  readonly baseUrl?: string;
}

/** The routers through which a request comes to a route. */
interface Way {
  readonly layers: readonly Layer[];
  readonly pattern: string;
}

/** Called with every layer that handles errors and none yet has looked at. */
type OnLayer = (layer: Layer) => void;

// By application, because routers may be shared by several.
const waysByApp = new WeakMap<ExpressApp, WeakMap<object, readonly Way[]>>();

/** Whether a request went through Express; whoever serves it by other means has no `app`. */
export function isExpressRequest(request: object): request is ExpressRequest {
  const { app } = request as { readonly app?: unknown };
  return typeof app === 'function' && 'request' in app && typeof app.request === 'object';
}

/**
 * The pattern of the route that took a request, with those of all routers in between: `/users/:id/orders/:orderId`. Express
 * itself tells `req.baseUrl`, which has the values of the parameters in it. Undefined while no route matched.
 */
export function expressRouteOf(request: object): string | undefined {
  if (!isExpressRequest(request)) return undefined;
  const { app, route, baseUrl } = request;
  if (app === undefined || typeof route !== 'object' || route === null) return undefined;
  return chooseWay(waysTo(app, route), baseUrl ?? '')?.pattern;
}

/** Looks at every layer of an application that it has by now; routes are found again after that. */
export function walkApp(app: ExpressApp, onLayer: OnLayer): WeakMap<object, readonly Way[]> {
  const ways = new WeakMap<object, readonly Way[]>();
  waysByApp.set(app, ways);
  const walk = (stack: readonly Layer[], layers: readonly Layer[]): void => {
    for (const layer of stack) {
      onLayer(layer);
      const { route } = layer;
      if (typeof route === 'object' && route !== null) {
        ways.set(route, [...(ways.get(route) ?? []), { layers, pattern: patternOf(app, layers, route) }]);
        continue;
      }
      const inner = layers.includes(layer) ? undefined : stackOf(layer.handle);
      if (inner !== undefined && layers.length < deepest) walk(inner, [...layers, layer]);
    }
  };
  walk(stackOf(app) ?? [], []);
  return ways;
}

// Routers that contain themselves are walked this far.
const deepest = 20;

function waysTo(app: ExpressApp, route: object): readonly Way[] {
  const known = waysByApp.get(app)?.get(route);
  if (known !== undefined) return known;
  // Routes may be added at any time.
  const ways = walkApp(app, () => undefined);
  const found = ways.get(route) ?? [{ layers: [], pattern: patternOf(app, [], route) }];
  // One that is reached by code of the application's own is looked for once.
  ways.set(route, found);
  return found;
}

function patternOf(app: ExpressApp, layers: readonly Layer[], route: object): string {
  const path: unknown = Reflect.get(route, 'path');
  const whole = appPattern(app) + layers.map(mountPattern).join('') + toPatternText(path);
  // The slash at the end of an expression belongs to it.
  if (typeof path !== 'string') return whole;
  return withoutSlash(whole) || '/';
}

/** Where an application is mounted in another. */
function appPattern({ parent, mountpath }: ExpressApp): string {
  return parent === undefined ? '' : appPattern(parent) + toMountText(mountpath);
}

/** A router mounted in several places is told apart by what the request matched on its way. */
function chooseWay(ways: readonly Way[], baseUrl: string): Way | undefined {
  return ways.length === 1 ? ways[0] : (ways.find(({ layers }) => leadsTo(layers, baseUrl)) ?? ways[0]);
}

function leadsTo(layers: readonly Layer[], baseUrl: string): boolean {
  let rest = baseUrl;
  for (const layer of layers) {
    const part = matchedPart(layer, rest === '' ? '/' : rest);
    if (part === undefined) return false;
    rest = rest.slice(withoutSlash(part).length);
  }
  return rest === '';
}
