import { typeName } from '../logs/encoding/error-description.ts';
import type { LogFields, TraceIds } from '../logs/log-record.ts';
import { activePipeline } from '../logs/pipeline.ts';
import { randomHex } from '../tracing/random-hex.ts';
import { type ServerSpan, startServerSpan } from '../tracing/server-span.ts';
import { parseTraceparent } from '../tracing/traceparent.ts';
import { type MethodLabel, toMethodLabel, unmatchedEndpoint } from './http-metrics.ts';
import { type RouteMetrics, routeMetrics } from './http-route-metrics.ts';

/** Headers by their names in lower case, as Node has them, or whatever can be asked for one, as `Headers`. */
export type HttpHeaders = Readonly<Record<string, unknown>> | { get(name: string): string | null | undefined };

/** What is known of a request when it arrives, whatever framework serves it. */
export interface HttpArrival {
  readonly method: string;
  /** Path or request target; what follows a `?` or `#` often holds what must not be told and goes nowhere. */
  readonly target: string;
  readonly headers: HttpHeaders;
  /** `http` or `https`. */
  readonly scheme: string;
  /** The `Host` header or what stands for it, with or without a port. */
  readonly host: string | undefined;
  /** e.g. `1.1`. */
  readonly protocolVersion?: string | undefined;
  /** Route pattern, where it is known by now; see `setRoute`. */
  readonly route: string | undefined;
}

/**
 * How an answer ended: `complete`, all of it was handed over; `client_gone`, the caller closed the connection before;
 * `cut`, we did.
 */
export type HttpEnding = 'complete' | 'client_gone' | 'cut';

/** What names a request to its caller. */
export interface RequestIdentity {
  /** Goes out as `x-trace-id`; also set while tracing is off, so that a caller can always name the request. */
  readonly traceId: string;
  /** Goes out as `x-request-id`. */
  readonly requestId: string;
}

/** Names a request that is not observed. */
export function identifyRequest(headers: HttpHeaders): RequestIdentity {
  return {
    traceId: parseTraceparent(readHeader(headers, 'traceparent'))?.traceId ?? randomHex(32),
    requestId: saneRequestId(headers) ?? randomHex(16),
  };
}

/** Begins to count, time and trace a request. Whoever calls it calls `end`, or `abandon`, once. */
export function beginExchange(arrival: HttpArrival): HttpExchange {
  return new HttpExchange(arrival);
}

// What nginx logs for a client that closed the connection before the answer; no status was sent.
const clientClosedRequest = 499;

/** One request and its answer. A class, because one is made for every request. */
export class HttpExchange implements RequestIdentity {
  readonly traceId: string;
  readonly requestId: string;
  /** Asked with the request when the answer is over, by frameworks that tell the route only then. */
  findRoute: ((request: object) => string | undefined) | undefined;
  private readonly method: MethodLabel;
  private readonly path: string;
  private readonly startedMs: number = performance.now();
  private readonly span: ServerSpan | undefined;
  private readonly ids: TraceIds;
  private metrics: RouteMetrics;
  private error: unknown;
  private ended = false;

  constructor(arrival: HttpArrival) {
    const { headers, route } = arrival;
    this.method = toMethodLabel(arrival.method);
    this.path = pathOf(arrival.target);
    this.metrics = routeMetrics(this.method, route ?? unmatchedEndpoint);
    this.metrics.begin();
    this.span = startSpan(arrival, this.method, this.path);
    this.ids = this.span?.ids ?? {
      traceId: parseTraceparent(readHeader(headers, 'traceparent'))?.traceId ?? randomHex(32),
      spanId: randomHex(16),
    };
    this.traceId = this.ids.traceId;
    // Of a request that nobody named before, the span's id is as good a name, and leads to the span.
    this.requestId = saneRequestId(headers) ?? this.ids.spanId;
  }

  /** Runs `work`, and whatever it starts, inside the request's span. */
  run<T>(work: () => T): T {
    return this.span === undefined ? work() : this.span.run(work);
  }

  /** Calls `work` of `self` with `values` inside the request's span. */
  apply<T>(work: (...values: unknown[]) => T, self: unknown, values: readonly unknown[]): T {
    return this.span === undefined ? (Reflect.apply(work, self, values) as T) : this.span.apply(work, self, values);
  }

  /** Whether there is a span to be inside of. */
  get hasSpan(): boolean {
    return this.span !== undefined;
  }

  /** Whether it was told how the answer ended. */
  get isEnded(): boolean {
    return this.ended;
  }

  /** Counts the request with a route found after it arrived; the last one told holds. */
  setRoute(route: string): void {
    if (this.ended || route === this.metrics.endpoint) return;
    this.metrics.leave();
    this.metrics = routeMetrics(this.method, route);
    this.metrics.begin();
    this.span?.setRoute(route);
  }

  /** Remembers the error that decides the answer; the first one told holds, what follows from it does not. */
  failed(error: unknown): void {
    this.error ??= error;
  }

  /** Takes the request back: it is not counted, logged or traced after all. */
  abandon(): void {
    if (this.ended) return;
    this.ended = true;
    this.metrics.leave();
  }

  /** Ends the observation; further calls do nothing, so the gauge goes down exactly once. */
  end(sentStatusCode: number, ending: HttpEnding): void {
    if (this.ended) return;
    this.ended = true;
    const seconds = (performance.now() - this.startedMs) / 1_000;
    const statusCode = ending === 'client_gone' ? clientClosedRequest : sentStatusCode;
    const isFailure = statusCode >= 500 || ending === 'cut';
    const errorType = isFailure || statusCode >= 400 ? this.errorType(statusCode, ending) : undefined;
    this.metrics.end(statusCode, seconds, errorType);
    this.span?.end(
      statusCode,
      isFailure ? { error: this.error, errorType: spanErrorType(statusCode, ending) } : undefined,
    );
    activePipeline.write({
      level: isFailure ? 'ERROR' : 'INFO',
      logger: 'observability.http',
      event: 'api_request_completed',
      bound: undefined,
      fields: this.describe({ statusCode, seconds, errorType, isFailure }),
      ids: this.ids,
    });
  }

  private describe(outcome: Outcome): LogFields {
    const fields: Record<string, unknown> = {
      method: this.method,
      endpoint: this.metrics.endpoint,
      path: this.path,
      status_code: outcome.statusCode,
      duration_ms: Math.round(outcome.seconds * 1e6) / 1_000,
      request_id: this.requestId,
    };
    if (outcome.errorType !== undefined) fields['error_type'] = outcome.errorType;
    if (outcome.isFailure && this.error !== undefined) fields['error'] = this.error;
    return fields;
  }

  private errorType(statusCode: number, ending: HttpEnding): string {
    if (ending === 'client_gone') return 'client_closed_request';
    const { error } = this;
    if (error === undefined || error === null) return ending === 'cut' ? 'response_cut' : `http_${statusCode}`;
    const code = typeof error === 'object' && 'code' in error ? error.code : undefined;
    return typeof code === 'string' ? code : typeName(error);
  }
}

/** Where no error is known, the conventions want the status code. */
function spanErrorType(statusCode: number, ending: HttpEnding): string {
  return ending === 'cut' ? 'response_cut' : String(statusCode);
}

interface Outcome {
  readonly statusCode: number;
  readonly seconds: number;
  readonly errorType: string | undefined;
  readonly isFailure: boolean;
}

function startSpan(arrival: HttpArrival, method: MethodLabel, path: string): ServerSpan | undefined {
  const { headers } = arrival;
  const userAgent = readHeader(headers, 'user-agent');
  const { name, port } = splitHost(arrival.host);
  return startServerSpan({
    method,
    originalMethod: method === '_OTHER' ? arrival.method : undefined,
    route: arrival.route,
    path,
    scheme: arrival.scheme,
    host: name,
    port,
    // Known of nearly all, so that saying it of each is not worth the room.
    protocolVersion: arrival.protocolVersion === '1.1' ? undefined : arrival.protocolVersion,
    userAgent: typeof userAgent === 'string' ? userAgent : undefined,
    headers: hasTraceHeaders(headers) ? headers : undefined,
  });
}

/** Looking for three headers that are not there, in any spelling, takes longer than this. */
function hasTraceHeaders(headers: HttpHeaders): boolean {
  return readHeader(headers, 'traceparent') != null || readHeader(headers, 'baggage') != null;
}

function readHeader(headers: HttpHeaders, name: string): unknown {
  return typeof headers.get === 'function' ? headers.get(name) : (headers as Record<string, unknown>)[name];
}

// What gateways and clients send: UUIDs, ULIDs, `req-17`, base64. It goes into a header and a log line as it is.
const sane = /^[\w.:+/=@~-]{1,128}$/;

function saneRequestId(headers: HttpHeaders): string | undefined {
  const given = readHeader(headers, 'x-request-id');
  return typeof given === 'string' && sane.test(given) ? given : undefined;
}

/** A request target without query and fragment. */
export function pathOf(target: string): string {
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  const fragment = path.indexOf('#');
  return fragment === -1 ? path : path.slice(0, fragment);
}

interface HostParts {
  readonly name: string | undefined;
  readonly port: number | undefined;
}

// Nearly all requests are sent to one host.
let lastHost: string | undefined;
let lastParts: HostParts = { name: undefined, port: undefined };

function splitHost(host: string | undefined): HostParts {
  if (host !== lastHost) {
    lastParts = toHostParts(host);
    lastHost = host;
  }
  return lastParts;
}

function toHostParts(host: string | undefined): HostParts {
  if (host === undefined || host === '') return { name: undefined, port: undefined };
  const colon = host.lastIndexOf(':');
  // In an IPv6 address without a port the last colon is within the brackets.
  if (colon === -1 || host.endsWith(']')) return { name: host, port: undefined };
  const port = Number(host.slice(colon + 1));
  return Number.isInteger(port) && port > 0 && port < 65_536
    ? { name: host.slice(0, colon), port }
    : { name: host, port: undefined };
}
