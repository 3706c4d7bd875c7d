import { durationMsOf, type FinishedSpan } from '../tracing/finished-span.ts';
import { registerSdk, startSdk, type TracingSdk } from '../tracing/sdk.ts';
import { tracerName, tracingState } from '../tracing/tracing-state.ts';

const kindNames = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
const statusNames = ['unset', 'ok', 'error'] as const;

/** A finished span, as a test wants to read it. */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: (typeof kindNames)[number];
  readonly traceId: string;
  readonly spanId: string;
  /** Undefined for the first span of a trace. */
  readonly parentSpanId: string | undefined;
  readonly status: (typeof statusNames)[number];
  readonly statusMessage: string | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly name: string; readonly attributes: Readonly<Record<string, unknown>> }[];
  readonly linkedTraceIds: readonly string[];
  readonly durationMs: number;
}

// One SDK serves all recorders of a process: the OpenTelemetry API accepts a provider once.
let sdk: TracingSdk | undefined;

/** Collects finished spans until `stop()`, which puts tracing back as it was. */
export function recordSpans(): { readonly spans: RecordedSpan[]; stop(): void } {
  const running = ensureSdk();
  const spans: RecordedSpan[] = [];
  const before = { ...tracingState };
  const beforeOnEnd = running.onEnd;
  tracingState.tracer = running.provider.getTracer(tracerName);
  tracingState.mode = 'own';
  running.onEnd = (span) => {
    spans.push(toRecordedSpan(span));
    beforeOnEnd(span);
  };
  return {
    spans,
    stop() {
      running.onEnd = beforeOnEnd;
      Object.assign(tracingState, before);
    },
  };
}

function ensureSdk(): TracingSdk {
  if (sdk === undefined) {
    sdk = startSdk({ serviceName: 'recorded', environment: 'test', version: 'unknown' }, { strategy: 'always_on' });
    registerSdk(sdk);
  }
  return sdk;
}

function toRecordedSpan(span: FinishedSpan): RecordedSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: kindNames[span.kind] ?? 'internal',
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    status: statusNames[span.status.code] ?? 'unset',
    statusMessage: span.status.message,
    attributes: { ...span.attributes },
    events: span.events.map(({ name, attributes }) => ({ name, attributes: { ...attributes } })),
    linkedTraceIds: span.links.map((link) => link.context.traceId),
    durationMs: durationMsOf(span),
  };
}
