import type { Attributes, Context, ContextManager, Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { TraceIds } from '../logs/log-record.ts';
import { activeContexts, activeTracer } from './active-ids.ts';
import { apiModule } from './api-module.ts';
import { failOn, toAttributes } from './operation-span.ts';
import { withRemoteParent } from './propagation/remote-parent.ts';
import type { TraceHeaders } from './propagation/trace-headers.ts';
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
// Our samplers look at no attributes, and an SDK checks and copies those given at the start three times over: seven of
// them take 1400 ns of a span's 3300, set one by one 500.
const ownOptions = { kind: serverKind } as const;
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
      tracingState.mode === 'own'
        ? tracer.startSpan(spanName, ownOptions, parent)
        : tracer.startSpan(spanName, { kind: serverKind, attributes: toAttributes(describeRequest(request)) }, parent);
    if (tracingState.mode === 'own' && span.isRecording()) describeOn(span, request);
    const context = span.spanContext();
    // Without an SDK the API gives out a span without an id, or the remote parent itself.
    if (!span.isRecording() && !isValidSpanContext(context)) return undefined;
    return new ServerSpan(span, { context: insideSpan(parent, span), ids: context, method: request.method });
  } catch {
    return undefined;
  }
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
      this.span.setAttribute(routeKey, route);
    } catch {
      // The name stays what it was.
    }
  }

  /** A failure marks the span as failed, with the error behind it where there is one; a 4xx is the client's, not ours. */
  end(statusCode: number, failure?: { readonly error: unknown; readonly errorType: string }): void {
    try {
      this.span.setAttribute(responseStatusKey, statusCode);
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
  describeOn({ setAttribute: (key, value) => (attributes[key] = value) }, request);
  return attributes;
}

interface Describable {
  setAttribute(key: string, value: string | number): unknown;
}

function describeOn(span: Describable, request: ServerSpanRequest): void {
  span.setAttribute(requestMethodKey, request.method);
  span.setAttribute(pathKey, request.path);
  span.setAttribute(schemeKey, request.scheme);
  if (request.route !== undefined) span.setAttribute(routeKey, request.route);
  if (request.host !== undefined) span.setAttribute(serverAddressKey, request.host);
  if (request.port !== undefined) span.setAttribute(serverPortKey, request.port);
  if (request.userAgent !== undefined) span.setAttribute(userAgentKey, request.userAgent);
  if (request.originalMethod !== undefined) span.setAttribute(originalMethodKey, request.originalMethod);
  if (request.protocolVersion !== undefined) span.setAttribute(protocolVersionKey, request.protocolVersion);
}
