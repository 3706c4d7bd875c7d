import type { Telemetry } from 'bullmq';
import type { SpanAttributes } from '../tracing/attributes.ts';
import { withRemoteParent } from '../tracing/propagation/remote-parent.ts';
import { toTraceHeaders } from '../tracing/propagation/sent-headers.ts';
import type { TraceHeaders } from '../tracing/propagation/trace-headers.ts';
import {
  activeContext,
  type CarriedContext,
  rootContext,
  runIn,
  type StartedSpan,
  startSpan,
} from '../tracing/started-span.ts';
import { tracingState } from '../tracing/tracing-state.ts';

/** Undefined while nobody carries contexts. */
type Carried = CarriedContext | undefined;
type BullSpan = ReturnType<Telemetry<Carried>['tracer']['startSpan']>;

/** BullMQ's interface to tracing, in terms of ours. */
export function createTelemetry(): Telemetry<Carried> {
  return {
    tracer: {
      startSpan(name, options, parent) {
        const kind = kinds.get(options?.kind ?? 0);
        if (kind === undefined || tracingState.mode === 'off') return noSpan;
        // A worker that was started inside an operation would otherwise process everything in its trace.
        const base = parent ?? (kind === 'producer' ? activeContext() : undefined) ?? rootContext();
        const span = startSpan(name, { kind, parent: base, attributes: { 'messaging.system': 'bullmq' } });
        if (span === undefined) return noSpan;
        if (kind === 'consumer') attempts.set(span.context, span);
        return toBullSpan(span);
      },
    },
    contextManager: {
      with: (context: Carried, work) => (context === undefined ? work() : runIn(context, () => work())),
      active: () => (tracingState.mode === 'off' ? undefined : activeContext()),
      root: () => (tracingState.mode === 'off' ? undefined : rootContext()),
      getMetadata: (context: Carried) => toMetadata(context),
      fromMetadata: (_active: Carried, metadata) => fromMetadata(metadata),
    },
  };
}

const attempts = new WeakMap<CarriedContext, StartedSpan>();

/** Fails the span of the attempt that is active here: BullMQ tells the error to the worker's listeners only. */
export function failActiveAttempt(error: unknown): void {
  const context = activeContext();
  if (context !== undefined) attempts.get(context)?.fail(error);
}

// BullMQ numbers kinds as OpenTelemetry does. The others are its housekeeping: one for each look for a job.
const kinds = new Map<number, 'producer' | 'consumer'>([
  [3, 'producer'],
  [4, 'consumer'],
]);

/** What stands for a span that is not made: whatever runs inside stays where it was. */
const noSpan: BullSpan = {
  setSpanOnContext: (context) => context,
  setAttribute() {},
  setAttributes() {},
  addEvent() {},
  recordException() {},
  end() {},
};

function toBullSpan(span: StartedSpan): BullSpan {
  return {
    setSpanOnContext: () => span.context,
    setAttribute: (key, value) => span.setAttributes(toTold({ [key]: value })),
    setAttributes(attributes) {
      const { [queueKey]: queue, [operationKey]: operation } = attributes;
      // BullMQ puts the job's name into it, which is often made at run time.
      if (queue && operation !== undefined) span.rename(`${operation} ${queue}`);
      span.setAttributes(toTold(attributes));
    },
    addEvent(name, attributes) {
      const told = toTold(attributes ?? {});
      span.addEvent(name, told);
      if (name === failedEvent) span.failAs('job_failed', String(told[failedReasonKey] ?? ''));
    },
    recordException: (exception) => span.fail(exception),
    end: () => span.end(),
  };
}

// A job that fails is moved, not thrown: this event is all that BullMQ tells of it.
const failedEvent = 'job failed';
const queueKey = 'bullmq.queue.name';
const operationKey = 'bullmq.queue.operation';
const failedReasonKey = 'bullmq.job.failed.reason';

// What jobs hold and return is the application's, and may be large.
const untold = new Set([
  'bullmq.job.result',
  'bullmq.job.options',
  'bullmq.job.progress',
  'bullmq.queue.options',
  'bullmq.worker.options',
]);

// Names of OpenTelemetry's conventions for what BullMQ has its own.
const messagingNames = new Map([
  [queueKey, 'messaging.destination.name'],
  [operationKey, 'messaging.operation.name'],
  ['bullmq.job.id', 'messaging.message.id'],
  ['bullmq.job.bulk.count', 'messaging.batch.message_count'],
]);

function toTold(attributes: Readonly<Record<string, unknown>>): SpanAttributes {
  const told = Object.entries(attributes)
    .filter(([key, value]) => value !== undefined && !untold.has(key))
    .map(([key, value]) => [messagingNames.get(key) ?? key, value]);
  return Object.fromEntries(told) as SpanAttributes;
}

/** Empty, which BullMQ does not keep, where there is nothing to send along. */
function toMetadata(context: Carried): string {
  if (context === undefined || tracingState.mode === 'off') return '';
  const headers = toTraceHeaders(context);
  return Object.keys(headers).length === 0 ? '' : JSON.stringify(headers);
}

// As many bytes as baggage and tracestate at their limits need; a job of anybody's may hold more.
const longestMetadata = 16_384;

function fromMetadata(metadata: string): Carried {
  if (tracingState.mode === 'off') return undefined;
  return withRemoteParent(rootContext(), toHeaders(metadata));
}

function toHeaders(metadata: unknown): TraceHeaders | undefined {
  if (typeof metadata !== 'string' || metadata.length > longestMetadata) return undefined;
  try {
    const parsed: unknown = JSON.parse(metadata);
    return typeof parsed === 'object' && parsed !== null ? (parsed as TraceHeaders) : undefined;
  } catch {
    return undefined;
  }
}
