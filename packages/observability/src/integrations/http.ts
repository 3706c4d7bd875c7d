import type { IncomingMessage, Server } from 'node:http';
import type { Http2SecureServer, Http2Server } from 'node:http2';
import type { Server as HttpsServer } from 'node:https';
import { joinExpress } from './express.ts';
import {
  exchangeOf,
  ignoreExchange,
  isDecided,
  type NodeRequest,
  type NodeResponse,
  nameOnResponse,
  observeExchange,
} from './http-node.ts';
import { pathOf } from './http-server.ts';
import { claimServer } from './server-claim.ts';

/** How the requests of a server are told apart. */
export interface ObserveHttpOptions {
  /** Paths, without query, that are neither counted, traced nor logged: probes, scrapes. @default none */
  readonly ignorePaths?: readonly string[];
  /**
   * The route pattern of a request (`/items/:id`, never the path itself), where it can be told when the request arrives;
   * `setHttpRoute` tells it later. What throws or is no text counts as no route. @default none, so that all requests share `__unmatched__`
   */
  readonly route?: (request: IncomingMessage) => string | undefined;
}

/** A server of node:http, node:https or node:http2. */
export type ObservableServer = Server | HttpsServer | Http2Server | Http2SecureServer;

/**
 * Observes every request of a server: metrics `api_*`, a server span whose parent is the caller's `traceparent`, one log
 * line `api_request_completed`, and `x-trace-id` and `x-request-id` on every response. Whatever listens to the server's
 * requests, now or later, runs inside the span. A second call adds nothing.
 *
 * @returns the server
 */
export function observeHttp<S extends ObservableServer>(server: S, options: ObserveHttpOptions = {}): S {
  if (claimServer(server)) observeServer(server, { ...options, onServed: joinExpress });
  return server;
}

/** What the retrofit adds: it knows no routes, but the frameworks behind the server may. */
export interface ObserveServerOptions extends ObserveHttpOptions {
  /** Called when all listeners have taken the request. */
  readonly onServed?: ((request: object) => void) | undefined;
}

/** Observes a server that was claimed. */
export function observeServer(server: ObservableServer, options: ObserveServerOptions): void {
  const rules: Rules = { ignored: new Set(options.ignorePaths ?? []), route: options.route };
  const { onServed } = options;
  // The one place through which a request reaches all listeners, so that all of them can run inside its span; the events
  // of the server tell of a request, but cannot carry a context to the others.
  const emit = server.emit as (...event: unknown[]) => boolean;
  const emitObserved = function emitObserved(this: unknown, ...event: unknown[]): boolean {
    if (!requestEvents.has(event[0])) return Reflect.apply(emit, this, event);
    const request = event[1] as NodeRequest;
    if (!isDecided(request)) begin(request, event[2] as NodeResponse, rules);
    const exchange = exchangeOf(request);
    if (exchange === undefined) return Reflect.apply(emit, this, event);
    try {
      const heard = exchange.apply(emit, this, event);
      onServed?.(request);
      return heard;
    } catch (error) {
      exchange.failed(error);
      throw error;
    }
  };
  server.emit = emitObserved as typeof server.emit;
}

/**
 * Counts a request with its route pattern (`/items/:id`, never the path itself), for routers that find it after the
 * request has arrived. The last one told holds. Nothing happens where the request is not observed.
 */
export function setHttpRoute(request: NodeRequest, route: string): void {
  exchangeOf(request)?.setRoute(route);
}

const requestEvents = new Set<unknown>(['request', 'checkContinue', 'checkExpectation']);

interface Rules {
  readonly ignored: ReadonlySet<string>;
  readonly route: ObserveHttpOptions['route'];
}

function begin(request: NodeRequest, response: NodeResponse, { ignored, route }: Rules): void {
  if (ignored.size > 0 && ignored.has(pathOf(request.url ?? ''))) {
    nameOnResponse(response, ignoreExchange(request));
    return;
  }
  const known = route === undefined ? undefined : readRoute(route, request as IncomingMessage);
  nameOnResponse(response, observeExchange(request, response, { route: known }));
}

function readRoute(route: (request: IncomingMessage) => unknown, request: IncomingMessage): string | undefined {
  try {
    const found = route(request);
    return typeof found === 'string' ? found : undefined;
  } catch {
    return undefined;
  }
}
