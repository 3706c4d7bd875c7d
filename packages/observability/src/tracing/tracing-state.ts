import { type Tracer, trace } from '@opentelemetry/api';

/**
 * Who makes the spans: `host` – whatever is registered with the OpenTelemetry API, possibly nothing; `own` – the SDK
 * this library set up, which cleans spans as they end; `off` – nobody, and the API is not even asked.
 */
export type TracingMode = 'host' | 'own' | 'off';

/** The one tracing setup of the process. */
export interface TracingState {
  mode: TracingMode;
  /** Makes the spans; replaced when the SDK is set up, because the API's own proxy keeps its first delegate for good. */
  tracer: Tracer;
  /** Whether calls to other services carry our trace; see `tracing.instrumentation.http_client`. */
  propagates: boolean;
  /** Whether `observeFastify` starts spans; see `tracing.instrumentation.http_server`. */
  tracesRequests: boolean;
}

/** The scope under which backends show our spans. */
export const tracerName = '@autotrader/observability';

const sharedKey = Symbol.for('@autotrader/observability:tracing:1');

/** Kept on `globalThis` so that two copies of this package in one process agree. */
export const tracingState: TracingState = shared();

function shared(): TracingState {
  const holder = globalThis as { [sharedKey]?: TracingState };
  holder[sharedKey] ??= { mode: 'host', tracer: trace.getTracer(tracerName), propagates: true, tracesRequests: true };
  return holder[sharedKey];
}
