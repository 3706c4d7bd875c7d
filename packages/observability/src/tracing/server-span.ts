import type { Context, SpanKind } from '@opentelemetry/api';
import type { TraceIds } from '../logs/log-record.ts';
import { activeContexts, activeTracer } from './active-ids.ts';
import { apiModule } from './api-module.ts';
import { failOn, toAttributes } from './operation-span.ts';
import { withRemoteParent } from './propagation/remote-parent.ts';
import type { TraceHeaders } from './propagation/trace-headers.ts';
import {
  pathKey,
  requestMethodKey,
  responseStatusKey,
  routeKey,
  schemeKey,
  serverAddressKey,
  userAgentKey,
} from './semantic-names.ts';
import { isValidSpanContext } from './span-context.ts';
import { insideSpan } from './span-scope.ts';
import { tracingState } from './tracing-state.ts';

/** What OpenTelemetry's HTTP conventions ask about an arriving request. */
export interface ServerSpanRequest {
  readonly method: string;
  /** Undefined when no route matched. */
  readonly route: string | undefined;
  readonly path: string;
  readonly scheme: string;
  readonly host: string | undefined;
  readonly userAgent: string | undefined;
  /** Of which `traceparent`, `tracestate` and `baggage` are read. */
  readonly headers: TraceHeaders;
}

/** The span of a request being served. */
export interface ServerSpan {
  readonly ids: TraceIds;
  /** Runs `work`, and whatever it starts, inside the span. */
  run(work: () => void): void;
  /** `error` marks the span as failed; a 4xx is the client's failure, not ours. */
  end(outcome: { readonly statusCode: number; readonly error: unknown }): void;
}

const serverKind: SpanKind.SERVER = 1;

/**
 * Starts a span for a request, as a child of the caller's; undefined while nobody makes spans.
 * Names: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function startServerSpan(request: ServerSpanRequest): ServerSpan | undefined {
  const tracer = tracingState.tracesRequests ? activeTracer() : undefined;
  if (tracer === undefined) return undefined;
  const contexts = activeContexts();
  try {
    const active = contexts?.active() ?? apiModule().ROOT_CONTEXT;
    const parent = withRemoteParent(active, request.headers);
    const span = tracer.startSpan(
      request.route === undefined ? request.method : `${request.method} ${request.route}`,
      { kind: serverKind, attributes: toAttributes(describeRequest(request)) },
      parent,
    );
    const { traceId, spanId } = span.spanContext();
    // Without an SDK the API gives out a span without an id, or the remote parent itself.
    if (!span.isRecording() && !isValidSpanContext(span.spanContext())) return undefined;
    const inside: Context = insideSpan(parent, span);
    return {
      ids: { traceId, spanId },
      run: (work) => (contexts === undefined ? work() : contexts.with(inside, work)),
      end({ statusCode, error }) {
        try {
          span.setAttribute(responseStatusKey, statusCode);
          if (error !== undefined) failOn(span, error);
          span.end();
        } catch {
          // The request was answered, whatever became of its span.
        }
      },
    };
  } catch {
    return undefined;
  }
}

function describeRequest(request: ServerSpanRequest): Record<string, string | undefined> {
  return {
    [requestMethodKey]: request.method,
    [routeKey]: request.route,
    [pathKey]: request.path,
    [schemeKey]: request.scheme,
    [serverAddressKey]: request.host,
    [userAgentKey]: request.userAgent,
  };
}
