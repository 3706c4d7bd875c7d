import type { Attributes, Context, ContextManager, Span, SpanKind, SpanStatusCode, Tracer } from '@opentelemetry/api';
import type { TraceIds } from '../logs/log-record.ts';
import { activeContexts, activeTracer } from './active-ids.ts';
import { apiModule } from './api-module.ts';
import { failOn, toAttributes } from './operation-span.ts';
import { withRemoteParent } from './propagation/remote-parent.ts';
import type { TraceHeaders } from './propagation/trace-headers.ts';
import { RequestSpan, requestSpansOf } from './request-span.ts';
import {
  errorTypeKey,
  originalMethodKey,
  pathKey,
  protocolVersionKey,
  requestMethodKey,
  responseStatusKey,
  routeKey,
  schemeKey,
  serverAddressKey,
  serverPortKey,
  userAgentKey,
} from './semantic-names.ts';
import { isValidSpanContext } from './span-context.ts';
import { insideSpan } from './span-scope.ts';
import { tracingState } from './tracing-state.ts';

/** What OpenTelemetry's HTTP conventions ask about an arriving request. */
export interface ServerSpanRequest {
  /** A known method or `_OTHER`. */
  readonly method: string;
  /** As it was sent, where it is not a known one. */
  readonly originalMethod?: string | undefined;
  /** Undefined while, or because, no route matched. */
  readonly route: string | undefined;
  readonly path: string;
  readonly scheme: string;
  readonly host: string | undefined;
  readonly port?: number | undefined;
  /** e.g. `1.1`. */
  readonly protocolVersion?: string | undefined;
  readonly userAgent: string | undefined;
  /** Of which `traceparent`, `tracestate` and `baggage` are read; undefined where there are none. */
  readonly headers: TraceHeaders | undefined;
}

const serverKind: SpanKind.SERVER = 1;
const errorStatus: SpanStatusCode.ERROR = 2;

/**
 * Starts a span for a request, as a child of the caller's; undefined while nobody makes spans. What happens to be the
 * active span is no parent: a server that was started inside an operation would otherwise serve everybody in its trace.
 * Names: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function startServerSpan(request: ServerSpanRequest): ServerSpan | undefined {
  tracingState.settle?.();
  const tracer = tracingState.tracesRequests ? activeTracer() : undefined;
  if (tracer === undefined) return undefined;
  try {
    const root = apiModule().ROOT_CONTEXT;
    const parent = request.headers === undefined ? root : withRemoteParent(root, request.headers);
    const name = methodName(request.method);
    const spanName = request.route === undefined ? name : `${name} ${request.route}`;
    const span =
      newRequestSpan(spanName, parent, { tracer, request }) ??
      tracer.startSpan(spanName, { kind: serverKind, attributes: toAttributes(describeRequest(request)) }, parent);
    const context = span.spanContext();
    // Without an SDK the API gives out a span without an id, or the remote parent itself.
    if (!span.isRecording() && !isValidSpanContext(context)) return undefined;
    return new ServerSpan(span, { context: insideSpan(parent, span), ids: context, method: request.method });
  } catch {
    return undefined;
  }
}

/** A span that costs little, where it is our own SDK that would make it. */
function newRequestSpan(
  name: string,
  parent: Context,
  { tracer, request }: { readonly tracer: Tracer; readonly request: ServerSpanRequest },
): RequestSpan | undefined {
  const source = requestSpansOf(tracer);
  const own = source?.newContext(name, parent);
  if (source === undefined || own === undefined) return undefined;
  const span = new RequestSpan(name, own, { source, parent });
  if (span.isRecording()) describeOn(span, request);
  return span;
}

/** The span of a request being served. A class, because one is made for every request. */
export class ServerSpan {
  readonly ids: TraceIds;
  private readonly context: Context;
  private readonly contexts: ContextManager | undefined = activeContexts();
  private readonly span: Span;
  private readonly method: string;

  constructor(span: Span, { context, ids, method }: { context: Context; ids: TraceIds; method: string }) {
    this.span = span;
    this.context = context;
    this.ids = ids;
    this.method = method;
  }

  /** Runs `work`, and whatever it starts, inside the span. */
  run<T>(work: () => T): T {
    const { contexts } = this;
    return contexts === undefined || contexts.active() === this.context ? work() : contexts.with(this.context, work);
  }

  /** Calls `work` of `self` with `values` inside the span: `run` without a closure. */
  apply<T>(work: (...values: unknown[]) => T, self: unknown, values: readonly unknown[]): T {
    const { contexts } = this;
    return contexts === undefined || contexts.active() === this.context
      ? (Reflect.apply(work, self, values) as T)
      : contexts.with(this.context, work as (...all: unknown[]) => T, self as undefined, ...values);
  }

  /** The route, where the framework finds it after the request has arrived. */
  setRoute(route: string): void {
    try {
      this.span.updateName(`${methodName(this.method)} ${route}`);
      describe(this.span, routeKey, route);
    } catch {
      // The name stays what it was.
    }
  }

  /** A failure marks the span as failed, with the error behind it where there is one; a 4xx is the client's, not ours. */
  end(statusCode: number, failure?: { readonly error: unknown; readonly errorType: string }): void {
    try {
      describe(this.span, responseStatusKey, statusCode);
      if (failure !== undefined) this.fail(failure.error, failure.errorType);
      this.span.end();
    } catch {
      // The request was answered, whatever became of its span.
    }
  }

  private fail(error: unknown, errorType: string): void {
    if (error !== undefined) {
      failOn(this.span, error);
      return;
    }
    this.span.setAttribute(errorTypeKey, errorType);
    this.span.setStatus({ code: errorStatus });
  }
}

/** The conventions call a method that no standard knows HTTP in names. */
function methodName(method: string): string {
  return method === '_OTHER' ? 'HTTP' : method;
}

function describeRequest(request: ServerSpanRequest): Attributes {
  const attributes: Attributes = {};
  describeOn({ describe: (key, value) => (attributes[key] = value) }, request);
  return attributes;
}

interface Describable {
  describe(key: string, value: string | number): unknown;
}

function describe(span: Span, key: string, value: string | number): void {
  if (span instanceof RequestSpan) span.describe(key, value);
  else span.setAttribute(key, value);
}

function describeOn(span: Describable, request: ServerSpanRequest): void {
  span.describe(requestMethodKey, request.method);
  span.describe(pathKey, request.path);
  span.describe(schemeKey, request.scheme);
  if (request.route !== undefined) span.describe(routeKey, request.route);
  if (request.host !== undefined) span.describe(serverAddressKey, request.host);
  if (request.port !== undefined) span.describe(serverPortKey, request.port);
  if (request.userAgent !== undefined) span.describe(userAgentKey, request.userAgent);
  if (request.originalMethod !== undefined) span.describe(originalMethodKey, request.originalMethod);
  if (request.protocolVersion !== undefined) span.describe(protocolVersionKey, request.protocolVersion);
}
