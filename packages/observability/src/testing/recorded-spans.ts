import { durationMsOf, type FinishedSpan, startMsOf } from '../tracing/finished-span.ts';
import { registerSdk, startSdk, type TracingSdk } from '../tracing/sdk.ts';
import { type TracingState, tracerName, tracingState } from '../tracing/tracing-state.ts';

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
  /** Epoch milliseconds. */
  readonly startMs: number;
  readonly durationMs: number;
}

/** Spans while they are recorded. */
export interface SpanRecording {
  /** Why there are none: the optional packages are missing. */
  readonly unavailable: string | undefined;
  readonly spans: RecordedSpan[];
  stop(): void;
}

// One SDK serves all recorders of a process: the OpenTelemetry API accepts a provider once.
let sdk: TracingSdk | undefined;

/** How tracing was before the first of the recordings that run. */
let before: { readonly state: TracingState; readonly onEnd: TracingSdk['onEnd'] } | undefined;
const recordings = new Set<RecordedSpan[]>();

/** Collects finished spans until `stop()`; the last of several recordings to stop puts tracing back as it was. */
export function recordSpans(): SpanRecording {
  const spans: RecordedSpan[] = [];
  try {
    sdk ??= startRecordingSdk();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return { unavailable: reason, spans, stop: () => undefined };
  }
  const running = sdk;
  before ??= { state: { ...tracingState }, onEnd: running.onEnd };
  recordings.add(spans);
  tracingState.tracer = running.provider.getTracer(tracerName);
  tracingState.mode = 'own';
  running.onEnd = (span) => {
    for (const recording of recordings) recording.push(toRecordedSpan(span));
  };
  return {
    unavailable: undefined,
    spans,
    stop() {
      recordings.delete(spans);
      if (recordings.size > 0 || before === undefined) return;
      running.onEnd = before.onEnd;
      Object.assign(tracingState, before.state);
      before = undefined;
    },
  };
}

function startRecordingSdk(): TracingSdk {
  const started = startSdk(
    { serviceName: 'recorded', environment: 'test', version: 'unknown' },
    { strategy: 'always_on' },
  );
  registerSdk(started);
  return started;
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
    startMs: startMsOf(span),
    durationMs: durationMsOf(span),
  };
}
