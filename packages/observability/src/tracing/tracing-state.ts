import type { ContextManager, Tracer } from '@opentelemetry/api';
import type { OperationObserver } from './operation-observer.ts';

/**
 * Who makes the spans: `host` – whatever is registered with the OpenTelemetry API, possibly nothing; `own` – the SDK
 * this library set up, which cleans spans as they end; `off` – nobody, and the API is not even asked.
 */
export type TracingMode = 'host' | 'own' | 'off';

/** What is read from and sent to other services. */
export interface Propagators {
  readonly tracecontext: boolean;
  readonly baggage: boolean;
}

/** The one tracing setup of the process. */
export interface TracingState {
  mode: TracingMode;
  /** Whether tracing was started and not closed; there is one of it in a process. */
  running: boolean;
  /** Makes the spans in mode `own`; in mode `host` see `activeTracer`. */
  tracer: Tracer | undefined;
  /** Carries the active span in mode `own`, also where the API accepted neither of us as its global. */
  contexts: ContextManager | undefined;
  propagators: Propagators;
  /** Whether calls to other services carry our trace; see `tracing.instrumentation.http_client`. */
  propagates: boolean;
  /** Whether `observeFastify` starts spans; see `tracing.instrumentation.http_server`. */
  tracesRequests: boolean;
  /** Whether our SDK stays out of the API's global places at first, because the application may come with one of its own. */
  yields?: boolean;
  /** Ends that wait: the provider the application registered meanwhile is used, or else ours is registered. */
  settle?: (() => void) | undefined;
  /** Told about every operation; undefined costs one comparison. */
  observer: OperationObserver | undefined;
}

/** The scope under which backends show our spans. */
export const tracerName = '@autotrader/observability';

const sharedKey = Symbol.for('@autotrader/observability:tracing:1');

/** Kept on `globalThis` so that two copies of this package in one process agree. */
export const tracingState: TracingState = shared();

function shared(): TracingState {
  const holder = globalThis as { [sharedKey]?: TracingState };
  holder[sharedKey] ??= {
    mode: 'host',
    running: false,
    tracer: undefined,
    contexts: undefined,
    propagators: { tracecontext: true, baggage: true },
    propagates: true,
    tracesRequests: true,
    observer: undefined,
  };
  return holder[sharedKey];
}
