import { randomBytes } from 'node:crypto';
import { typeName } from '../logs/encoding/error-description.ts';
import { activePipeline } from '../logs/pipeline.ts';
import type { ServerSpan } from '../tracing/server-span.ts';
import { parseTraceparent } from '../tracing/traceparent.ts';
import { activeApiRequests, apiErrors, apiRequestDuration, apiRequests, type MethodLabel } from './http-metrics.ts';

/** What is known of a request when it arrives. */
export interface ArrivedRequest {
  readonly method: MethodLabel;
  /** Route pattern. */
  readonly endpoint: string;
  /** Path without its query, which often holds what must not be logged. */
  readonly path: string;
  readonly traceparent: string | undefined;
}

/** A request being answered. */
export interface ObservedRequest {
  /** Also set while tracing is off, so that a caller can always name the request. */
  readonly traceId: string;
  /** Remembers the error that decides the answer. */
  failed(error: unknown): void;
  /** Ends the observation; further calls do nothing, so the gauge goes down exactly once. */
  end(outcome: { readonly statusCode: number; readonly aborted: boolean }): void;
}

/** The caller's trace id, or a new one, for requests without a span of ours. */
export function requestTraceId(traceparent: string | undefined): string {
  return parseTraceparent(traceparent)?.traceId ?? randomBytes(16).toString('hex');
}

// What nginx logs for a client that closed the connection before the answer; no status was sent.
const clientClosedRequest = 499;

/** Begins to count and time a request. */
export function observeRequest(request: ArrivedRequest, span: ServerSpan | undefined): ObservedRequest {
  const labels = { method: request.method, endpoint: request.endpoint };
  const startedMs = performance.now();
  const ids = span?.ids ?? { traceId: requestTraceId(request.traceparent), spanId: randomBytes(8).toString('hex') };
  let error: unknown;
  let ended = false;
  activeApiRequests.inc(labels);

  return {
    traceId: ids.traceId,
    failed(cause) {
      error = cause;
    },
    end({ statusCode: sent, aborted }) {
      if (ended) return;
      ended = true;
      const statusCode = aborted ? clientClosedRequest : sent;
      const seconds = (performance.now() - startedMs) / 1_000;
      activeApiRequests.dec(labels);
      apiRequests.inc({ ...labels, status_code: String(statusCode) });
      apiRequestDuration.observe(labels, seconds);
      const errorType = statusCode < 400 ? undefined : errorTypeOf(statusCode, error);
      if (errorType !== undefined) apiErrors.inc({ ...labels, error_type: errorType });
      span?.end({ statusCode, error: statusCode >= 500 ? (error ?? errorType) : undefined });
      activePipeline.write({
        level: statusCode >= 500 ? 'ERROR' : 'INFO',
        logger: 'observability.http',
        event: 'api_request_completed',
        bound: undefined,
        fields: {
          ...labels,
          path: request.path,
          status_code: statusCode,
          duration_ms: Math.round(seconds * 1e6) / 1_000,
          error_type: errorType,
          error: statusCode >= 500 ? error : undefined,
        },
        ids,
      });
    },
  };
}

function errorTypeOf(statusCode: number, error: unknown): string {
  if (statusCode === clientClosedRequest) return 'client_closed_request';
  if (error === undefined) return `http_${statusCode}`;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : typeName(error);
}
