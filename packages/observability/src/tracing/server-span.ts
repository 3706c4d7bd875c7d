import { type Context, context, SpanKind, trace } from '@opentelemetry/api';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SERVER_ADDRESS,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
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
        [ATTR_HTTP_REQUEST_METHOD]: request.method,
        [ATTR_HTTP_ROUTE]: request.route,
        [ATTR_URL_PATH]: request.path,
        [ATTR_URL_SCHEME]: request.scheme,
        [ATTR_SERVER_ADDRESS]: request.host,
        [ATTR_USER_AGENT_ORIGINAL]: request.userAgent,
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
      span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, statusCode);
      if (error !== undefined) failOn(span, error);
      span.end();
    },
  };
}
