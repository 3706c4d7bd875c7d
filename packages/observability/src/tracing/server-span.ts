import { type Context, context, SpanKind, trace } from '@opentelemetry/api';
import type { TraceIds } from '../logs/log-record.ts';
import { failOn, toAttributes } from './operation-span.ts';
import { withRemoteParent } from './traceparent.ts';
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
  readonly traceparent: string | undefined;
}

/** The span of a request being served. */
export interface ServerSpan {
  readonly ids: TraceIds;
  /** Runs `work`, and whatever it starts, inside the span. */
  run(work: () => void): void;
  /** `error` marks the span as failed; a 4xx is the client's failure, not ours. */
  end(outcome: { readonly statusCode: number; readonly error: unknown }): void;
}

/**
 * Starts a span for a request, as a child of the caller's; undefined while nobody makes spans.
 * Names: https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function startServerSpan(request: ServerSpanRequest): ServerSpan | undefined {
  if (tracingState.mode === 'off' || !tracingState.tracesRequests) return undefined;
  const parent = withRemoteParent(context.active(), request.traceparent);
  const span = tracingState.tracer.startSpan(
    request.route === undefined ? request.method : `${request.method} ${request.route}`,
    {
      kind: SpanKind.SERVER,
      attributes: toAttributes({
        'http.request.method': request.method,
        'http.route': request.route,
        'url.path': request.path,
        'url.scheme': request.scheme,
        'server.address': request.host,
        'user_agent.original': request.userAgent,
      }),
    },
    parent,
  );
  const { traceId, spanId } = span.spanContext();
  // Without an SDK the API gives out a span without an id, or the remote parent itself.
  if (!span.isRecording() && !trace.isSpanContextValid(span.spanContext())) return undefined;
  const inside: Context = trace.setSpan(parent, span);
  return {
    ids: { traceId, spanId },
    run: (work) => context.with(inside, work),
    end({ statusCode, error }) {
      span.setAttribute('http.response.status_code', statusCode);
      if (error !== undefined) failOn(span, error);
      span.end();
    },
  };
}
