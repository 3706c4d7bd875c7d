import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { toTraceHeaders } from '../tracing/propagation/sent-headers.ts';
import {
  originalMethodKey,
  requestMethodKey,
  responseStatusKey,
  serverAddressKey,
  serverPortKey,
  urlKey,
} from '../tracing/semantic-names.ts';
import {
  activeContext,
  type CarriedContext,
  isSuppressed,
  rootContext,
  type StartedSpan,
  startSpan,
} from '../tracing/started-span.ts';
import { tracingState } from '../tracing/tracing-state.ts';
import { type MethodLabel, toMethodLabel } from './http-metrics.ts';
import { clientRequestDuration, clientRequests } from './undici-metrics.ts';

/**
 * Observes every request that the global `fetch` and every version of undici in the process make from now on: metrics
 * `http_client_requests_total{method,host,status_code}` and `http_client_request_duration_seconds{method,host}`, and a client
 * span as a child of the active one. `traceparent`, `tracestate` and `baggage` are sent along, unless
 * `tracing.instrumentation.http_client` is off. Each redirect is a request of its own. A request that carries a
 * `traceparent` already is only counted: whoever set it traces it. A request ends with its answer's body, which therefore
 * has to be read or cancelled. Further calls add nothing.
 *
 * @returns a function that ends the observation, once it was called for every call of this one
 */
export function observeUndici(): () => void {
  if (holders === 0) for (const [channel, listener] of listeners) subscribe(channel, listener);
  holders += 1;
  let isHeld = true;
  return () => {
    if (!isHeld) return;
    isHeld = false;
    holders -= 1;
    if (holders === 0) for (const [channel, listener] of listeners) unsubscribe(channel, listener);
  };
}

let holders = 0;

/** A listener that throws would end the process: the channel reports it as an uncaught exception. */
function guarded<M>(listener: (message: M) => void): (message: unknown) => void {
  return (message) => {
    try {
      listener(message as M);
    } catch {
      // Of a version of undici that nobody knows: the request goes out unobserved.
    }
  };
}

const listeners = [
  ['undici:request:create', guarded(onCreate)],
  ['undici:request:headers', guarded(onHeaders)],
  ['undici:request:trailers', guarded(onTrailers)],
  ['undici:request:error', guarded(onError)],
] as const;

/** A request of undici 5 to 8, as far as its channels are used here. */
interface UndiciRequest {
  readonly origin?: string | URL;
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** One text in undici 5, names and values by turns later. */
  readonly headers?: string | readonly unknown[];
  readonly upgrade?: unknown;
  addHeader(name: string, value: string): unknown;
}

interface Exchange {
  readonly method: MethodLabel;
  readonly host: string;
  readonly startedMs: number;
  readonly span: StartedSpan | undefined;
  statusCode: number | undefined;
}

const exchanges = new WeakMap<object, Exchange>();

// By name, so that two copies of this package in one process observe a request once.
const seenKey = Symbol.for('@autotrader/observability:undici:1');
const holder = globalThis as { [seenKey]?: WeakSet<object> };
holder[seenKey] ??= new WeakSet();
const seen: WeakSet<object> = holder[seenKey];

function onCreate({ request }: { readonly request: UndiciRequest }): void {
  if (seen.has(request)) return;
  seen.add(request);
  const active = tracingState.mode === 'off' ? undefined : activeContext();
  // A tunnel through a proxy is no request of the application; what goes through it is.
  if (request.method === 'CONNECT' || isSuppressed(active)) return;
  const url = new URL(request.path, request.origin);
  const isTraced = tracingState.mode === 'off' || carriesTrace(request.headers);
  // What upgrades becomes a connection, and the channels never tell its end.
  if (request.upgrade) {
    if (!isTraced && active !== undefined) inject(request, active);
    return;
  }
  const method = toMethodLabel(request.method);
  const span = isTraced ? undefined : start(request, { method, url, active });
  exchanges.set(request, { method, host: url.host, startedMs: performance.now(), span, statusCode: undefined });
  const inside = span?.context ?? active;
  if (!isTraced && inside !== undefined) inject(request, inside);
}

interface Known {
  readonly method: MethodLabel;
  readonly url: URL;
  readonly active: CarriedContext | undefined;
}

function start({ method: sent }: UndiciRequest, { method, url, active }: Known): StartedSpan | undefined {
  return startSpan(method === '_OTHER' ? 'HTTP' : method, {
    kind: 'client',
    parent: active ?? rootContext(),
    attributes: {
      [requestMethodKey]: method,
      [originalMethodKey]: method === sent ? undefined : sent,
      [serverAddressKey]: url.hostname,
      [serverPortKey]: Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      [urlKey]: toToldUrl(url),
    },
  });
}

/** As the conventions want it: without user and password. Parameters named like secrets are taken out of every span. */
function toToldUrl({ origin, pathname, search }: URL): string {
  return `${origin}${pathname}${search}`;
}

function inject(request: UndiciRequest, context: CarriedContext): void {
  if (!tracingState.propagates) return;
  for (const [name, value] of Object.entries(toTraceHeaders(context))) {
    if (!carries(request.headers, name)) request.addHeader(name, value);
  }
}

function carriesTrace(headers: UndiciRequest['headers']): boolean {
  return carries(headers, 'traceparent');
}

function carries(headers: UndiciRequest['headers'], name: string): boolean {
  if (typeof headers === 'string') return headers.toLowerCase().includes(`${name}:`);
  return (headers ?? []).some((header, at) => at % 2 === 0 && String(header).toLowerCase() === name);
}

function onHeaders({ request, response }: { request: object; response: { readonly statusCode: number } }): void {
  const exchange = exchanges.get(request);
  if (exchange === undefined) return;
  exchange.statusCode = response.statusCode;
  exchange.span?.setAttributes({ [responseStatusKey]: response.statusCode });
}

function onTrailers({ request }: { readonly request: object }): void {
  const exchange = take(request);
  if (exchange === undefined) return;
  const { statusCode = 0, span } = exchange;
  if (statusCode >= 400) span?.failAs(String(statusCode));
  count(exchange);
}

function onError({ request, error }: { readonly request: object; readonly error: unknown }): void {
  const exchange = take(request);
  if (exchange === undefined) return;
  exchange.span?.fail(error);
  count(exchange);
}

function take(request: object): Exchange | undefined {
  const exchange = exchanges.get(request);
  exchanges.delete(request);
  return exchange;
}

function count({ method, host, startedMs, span, statusCode }: Exchange): void {
  clientRequests.inc({ method, host, status_code: statusCode === undefined ? 'error' : String(statusCode) });
  clientRequestDuration.observe({ method, host }, (performance.now() - startedMs) / 1_000);
  span?.end();
}
