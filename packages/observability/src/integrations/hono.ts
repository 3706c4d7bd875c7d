import type { Context, MiddlewareHandler } from 'hono';
import { endWithBody } from './hono-body.ts';
import { type RouteFinder, routeFinderOf } from './hono-route.ts';
import {
  exchangeOf,
  ignoreExchange,
  isDecided,
  type NodeRequest,
  type NodeResponse,
  nameOnResponse,
  observeExchange,
} from './http-node.ts';
import { beginExchange, type HttpExchange, identifyRequest, type RequestIdentity } from './http-server.ts';

/** What to leave alone. */
export interface ObserveHonoOptions {
  /** Paths, without query, that are neither counted, traced nor logged: probes, scrapes. @default none */
  readonly ignorePaths?: readonly string[];
}

/** An application of Hono 4, as far as this integration needs it. */
export interface ObservableHono {
  use(middleware: MiddlewareHandler): unknown;
}

/**
 * Observes every request of a Hono application: metrics `api_*`, a server span whose parent is the caller's
 * `traceparent`, one log line `api_request_completed`, and `x-trace-id` and `x-request-id` on every response. Handlers run
 * inside the span, so their log lines carry its ids. Errors go to `app.onError` as they do without it. An answer ends when
 * it was sent on Node, and elsewhere when its body was read to the end or cancelled. Call it before declaring routes: those
 * declared before it are not seen. A second call adds nothing.
 *
 * @returns the application
 */
export function observeHono<A extends ObservableHono>(app: A, { ignorePaths = [] }: ObserveHonoOptions = {}): A {
  const ignored = new Set(ignorePaths);
  app.use(function observeRequest(context, next) {
    const node = nodeSideOf(context);
    const isIgnored = ignored.has(context.req.path);
    if (node !== undefined) return serveOnNode(context, next, { ...node, isIgnored });
    return isIgnored ? serveIgnored(context, next) : serveAnywhere(context, next);
  });
  return app;
}

interface NodeSide {
  readonly incoming: NodeRequest;
  readonly outgoing: NodeResponse;
}

/** What @hono/node-server hands over: the request and response of Node, which tell better when an answer is over. */
function nodeSideOf({ env }: Context): NodeSide | undefined {
  const { incoming, outgoing } = (env ?? {}) as Partial<NodeSide>;
  // Tests and adapters of others may hand over something of these names.
  const isNode = typeof incoming?.headers === 'object' && typeof outgoing?.setHeader === 'function';
  return isNode && incoming !== undefined && outgoing !== undefined ? { incoming, outgoing } : undefined;
}

interface NodeCall extends NodeSide {
  readonly isIgnored: boolean;
}

async function serveOnNode(context: Context, next: () => Promise<void>, call: NodeCall): Promise<void> {
  const { incoming, outgoing, isIgnored } = call;
  if (isIgnored) {
    nameOnResponse(outgoing, ignoreExchange(incoming));
    return next();
  }
  const findRoute = routeFinderOf(context);
  if (!isDecided(incoming)) nameOnResponse(outgoing, observeExchange(incoming, outgoing, { route: findRoute() }));
  const exchange = exchangeOf(incoming);
  if (exchange === undefined) return next();
  tellRoute(exchange, findRoute());
  try {
    await exchange.run(next);
    tellOutcome(exchange, context, findRoute);
  } catch (error) {
    exchange.failed(error);
    throw error;
  }
}

async function serveIgnored(context: Context, next: () => Promise<void>): Promise<void> {
  const identity = identifyRequest(context.req.raw.headers);
  await next();
  nameOnAnswer(context, identity);
}

// A second middleware of ours, or the application asked again by a handler of its own, serves the same request.
const begun = new WeakSet<Request>();

/** Where only the request and response of the web platform are known: tests, other runtimes. */
async function serveAnywhere(context: Context, next: () => Promise<void>): Promise<void> {
  const { raw } = context.req;
  if (begun.has(raw)) return next();
  begun.add(raw);
  const findRoute = routeFinderOf(context);
  const exchange = begin(raw, findRoute());
  const { signal } = raw;
  const leave = (): void => exchange.end(499, 'client_gone');
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  try {
    await exchange.run(next);
  } catch (error) {
    exchange.failed(error);
    exchange.end(500, 'complete');
    throw error;
  } finally {
    begun.delete(raw);
  }
  tellOutcome(exchange, context, findRoute);
  nameOnAnswer(context, exchange);
  const { status, body } = context.res;
  // Of an answer to HEAD nobody reads the body.
  if (body === null || raw.method === 'HEAD') exchange.end(status, 'complete');
  else context.res = new Response(endWithBody(body, exchange, status), context.res);
}

function begin({ method, url, headers }: Request, route: string | undefined): HttpExchange {
  const { protocol, host, pathname } = new URL(url);
  return beginExchange({ method, target: pathname, headers, scheme: protocol.slice(0, -1), host, route });
}

function nameOnAnswer(context: Context, { traceId, requestId }: RequestIdentity): void {
  context.header('x-trace-id', traceId);
  context.header('x-request-id', requestId);
}

function tellRoute(exchange: HttpExchange, route: string | undefined): void {
  if (route !== undefined) exchange.setRoute(route);
}

function tellOutcome(exchange: HttpExchange, context: Context, findRoute: RouteFinder): void {
  const { status } = context.res;
  tellRoute(exchange, findRoute(status));
  // An error thrown to answer the client's mistake is its status, not a failure that has a name.
  if (context.error !== undefined && status >= 500) exchange.failed(context.error);
}
