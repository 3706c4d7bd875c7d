import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import {
  beginExchange,
  type HttpEnding,
  type HttpExchange,
  identifyRequest,
  type RequestIdentity,
} from './http-server.ts';

/** A request as node:http, or node:http2 in its likeness, hands it over. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;
/** Its answer. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** What a framework knows better than the request itself. */
export interface KnownOfRequest {
  /** Route pattern; undefined while, or because, none matched. */
  readonly route: string | undefined;
  /** Where a trusted proxy says so. @default by the connection */
  readonly scheme?: string;
  readonly host?: string | undefined;
}

// By name, so that another copy of this package, loaded by the application, finds what this one has begun.
const exchangeKey = Symbol.for('@autotrader/observability:exchange:1');
const ignored = 'ignored';
type Observed = { [exchangeKey]?: HttpExchange | typeof ignored };

/** What observes a request already; undefined where nobody does, or it is to be left alone. */
export function exchangeOf(request: object): HttpExchange | undefined {
  const found = (request as Observed)[exchangeKey];
  return found === ignored ? undefined : found;
}

/** Whether somebody has decided about this request, so that it is observed once. */
export function isDecided(request: object): boolean {
  return (request as Observed)[exchangeKey] !== undefined;
}

/** Begins to observe a request that nobody observes yet, until its response is over. */
export function observeExchange(request: NodeRequest, response: NodeResponse, known: KnownOfRequest): HttpExchange {
  const { headers } = request;
  const exchange = beginExchange({
    method: request.method ?? '',
    target: request.url ?? '',
    headers,
    scheme: known.scheme ?? schemeOf(request),
    host: known.host ?? headers.host ?? (headers[':authority'] as string | undefined),
    protocolVersion: request.httpVersion,
    route: known.route,
  });
  (request as Observed)[exchangeKey] = exchange;
  (response as Observed)[exchangeKey] = exchange;
  // Functions shared by all requests: `this` is the response.
  (response as ServerResponse).on('finish', onFinish);
  // The client may go away at any moment, also while its body is read, when nobody has begun to answer.
  (response as ServerResponse).on('close', onClose);
  if (exchange.hasSpan && hasBody(request) && !Object.hasOwn(request, 'emit')) (request as Emitter).emit = emitInside;
  return exchange;
}

/** Leaves a request alone, also where another integration looks at it later. */
export function ignoreExchange(request: NodeRequest): RequestIdentity {
  const before = exchangeOf(request);
  before?.abandon();
  (request as Observed)[exchangeKey] = ignored;
  return before ?? identifyRequest(request.headers);
}

/** Says on the response which request it answers. */
export function nameOnResponse(response: NodeResponse, { traceId, requestId }: RequestIdentity): void {
  if (response.headersSent) return;
  try {
    response.setHeader('x-trace-id', traceId);
    response.setHeader('x-request-id', requestId);
  } catch {
    // A stream of HTTP/2, for one, takes no header once it is closed.
  }
}

interface Emitter {
  emit(...event: unknown[]): boolean;
}

/** Bodies arrive in the context of their connection, which may have been opened for another request. */
function emitInside(this: NodeRequest, ...event: unknown[]): boolean {
  const { emit } = Object.getPrototypeOf(this) as Emitter;
  const exchange = exchangeOf(this);
  return exchange === undefined ? Reflect.apply(emit, this, event) : exchange.apply(emit, this, event);
}

function hasBody({ headers }: NodeRequest): boolean {
  const length = headers['content-length'];
  return (length !== undefined && length !== '0') || headers['transfer-encoding'] !== undefined;
}

function onFinish(this: NodeResponse): void {
  const exchange = exchangeOf(this);
  if (exchange === undefined) return;
  if (exchange.findRoute !== undefined) findRoute(exchange, this);
  exchange.end(this.statusCode, 'complete');
}

function onClose(this: NodeResponse): void {
  const exchange = exchangeOf(this);
  if (exchange === undefined || exchange.isEnded) return;
  if (exchange.findRoute !== undefined) findRoute(exchange, this);
  const ending = endingOf(this);
  // Where nothing was sent, the status that would have been is nobody's.
  exchange.end(ending === 'cut' && !this.headersSent ? 500 : this.statusCode, ending);
}

function findRoute(exchange: HttpExchange, response: NodeResponse): void {
  try {
    const route = response.req === undefined ? undefined : exchange.findRoute?.(response.req);
    if (route !== undefined) exchange.setRoute(route);
  } catch {
    // Another library's routes; without one the request counts where it did.
  }
}

/** Of a closed response that never finished: a client that goes away ends or resets its side, otherwise we did it. */
function endingOf(response: NodeResponse): HttpEnding {
  // A stream of HTTP/2 ends without its connection, and under inject there is none.
  const socket = 'stream' in response ? undefined : response.req?.socket;
  if (socket === undefined || socket === null) return 'client_gone';
  return socket.destroyed && socket.readableEnded === false && socket.errored === null ? 'cut' : 'client_gone';
}

function schemeOf(request: NodeRequest): string {
  const named = request.headers[':scheme'];
  if (typeof named === 'string') return named;
  const socket = request.socket as { readonly encrypted?: boolean } | null | undefined;
  return socket?.encrypted === true ? 'https' : 'http';
}
