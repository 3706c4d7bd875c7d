import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Layer, stackOf } from './express-layers.ts';
import { type ExpressApp, expressRouteOf, isExpressRequest, walkApp } from './express-route.ts';
import { exchangeOf, ignoreExchange, isDecided, nameOnResponse, observeExchange } from './http-node.ts';
import { pathOf } from './http-server.ts';

/** What to leave alone. */
export interface ObserveExpressOptions {
  /** Paths, without query, that are neither counted, traced nor logged: probes, scrapes. @default none */
  readonly ignorePaths?: readonly string[];
}

/** A middleware for Express 4 and 5. */
export type ExpressMiddleware = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** An application of Express 4 or 5, as far as this integration needs it. */
export interface ObservableExpress {
  use(middleware: ExpressMiddleware): unknown;
}

/**
 * Observes every request of an Express application: metrics `api_*`, a server span whose parent is the caller's
 * `traceparent`, one log line `api_request_completed`, and `x-trace-id` and `x-request-id` on every response. Handlers run
 * inside the span, so their log lines carry its ids. Errors go to the application's own handlers as they do without it.
 * Call it before declaring routes; a second call adds nothing. `app.use(observeExpress())` does the same.
 *
 * @returns the application, or without one the middleware
 */
export function observeExpress<A extends ObservableExpress>(app: A, options?: ObserveExpressOptions): A;
export function observeExpress(options?: ObserveExpressOptions): ExpressMiddleware;
export function observeExpress(
  first: ObservableExpress | ObserveExpressOptions = {},
  options: ObserveExpressOptions = {},
): unknown {
  if (!('use' in first)) return createMiddleware(first);
  first.use(createMiddleware(options));
  return first;
}

function createMiddleware({ ignorePaths = [] }: ObserveExpressOptions): ExpressMiddleware {
  const ignored = new Set(ignorePaths);
  return function observeRequest(request, response, next) {
    begin(request, response, ignored);
    const exchange = exchangeOf(request);
    if (exchange === undefined) return next();
    joinExpress(request);
    // Without arguments: what the context manager would hand over is no error.
    exchange.run(() => next());
  };
}

function begin(request: IncomingMessage, response: ServerResponse, ignored: ReadonlySet<string>): void {
  const { originalUrl, protocol } = request as { readonly originalUrl?: string; readonly protocol?: unknown };
  if (ignored.size > 0 && ignored.has(pathOf(originalUrl ?? request.url ?? ''))) {
    nameOnResponse(response, ignoreExchange(request));
  } else if (!isDecided(request)) {
    const known = { route: undefined, ...(typeof protocol === 'string' ? { scheme: protocol } : {}) };
    nameOnResponse(response, observeExchange(request, response, known));
  }
}

/** Makes a request that Express serves be counted by its route, and its application tell of errors. Never throws. */
export function joinExpress(request: object): void {
  const exchange = exchangeOf(request);
  if (exchange === undefined || !isExpressRequest(request)) return;
  exchange.findRoute = expressRouteOf;
  if (request.app !== undefined && !joined.has(request.app)) join(request.app);
}

const joined = new WeakSet<ExpressApp>();
const heard = new WeakSet<object>();

function join(app: ExpressApp): void {
  joined.add(app);
  try {
    announceRoutes(app);
    walkApp(app, hearErrors);
    if (stackOf(app) !== undefined)
      (app as unknown as ObservableExpress).use(passError as unknown as ExpressMiddleware);
  } catch {
    // Of a shape nobody knows: routes and errors of this application stay untold.
  }
}

/**
 * Hears of the route when Express sets it, so that the request counts as active there. Express gives every application a
 * prototype for its requests to add to; the property becomes the request's own with the first route, as it is without us.
 */
function announceRoutes({ request: prototype }: ExpressApp): void {
  if (Object.hasOwn(prototype, 'route')) return;
  Object.defineProperty(prototype, 'route', {
    configurable: true,
    get: () => undefined,
    set(this: object, route: unknown) {
      Object.defineProperty(this, 'route', { value: route, writable: true, enumerable: true, configurable: true });
      const pattern = expressRouteOf(this);
      if (pattern !== undefined) exchangeOf(this)?.setRoute(pattern);
    },
  });
}

type ErrorHandler = (...call: readonly unknown[]) => unknown;

/** The application's error handlers answer, so whoever wants to know the error has to stand before each of them. */
function hearErrors(layer: Layer): void {
  const { handle } = layer;
  if (typeof handle !== 'function' || handle.length !== 4 || heard.has(handle)) return;
  const original = handle as ErrorHandler;
  layer.handle = toErrorHandler(function hearError(this: unknown, ...call) {
    noteError(call);
    return Reflect.apply(original, this, call);
  });
}

/** For errors that no handler takes: Express answers them after the last layer. */
const passError = toErrorHandler((...call) => {
  noteError(call);
  const [error, , , next] = call as readonly [unknown, unknown, unknown, (error: unknown) => void];
  next(error);
});

/** Express knows handlers of errors by their four parameters. */
function toErrorHandler(handler: ErrorHandler): ErrorHandler {
  heard.add(handler);
  return Object.defineProperty(handler, 'length', { value: 4 });
}

function noteError([error, request]: readonly unknown[]): void {
  exchangeOf(request as object)?.failed(error);
}
