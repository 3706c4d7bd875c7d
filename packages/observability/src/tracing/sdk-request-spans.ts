import type { Context, Span, SpanContext, TraceFlags, Tracer } from '@opentelemetry/api';
import type { IdGenerator, Sampler, SamplingDecision, SpanLimits, SpanProcessor } from '@opentelemetry/sdk-trace';
import { spanIn } from './active-ids.ts';
import type { FinishedSpan } from './finished-span.ts';
import { randomHex } from './random-hex.ts';
import type { NewSpan, RequestSpan, RequestSpans } from './request-span.ts';
import { isValidSpanContext } from './span-context.ts';
import { tracerName } from './tracing-state.ts';

/** The parts of a running SDK. */
export interface SdkParts {
  readonly tracer: Tracer;
  readonly sampler: Sampler;
  readonly ids: SettableIds;
  readonly processor: SpanProcessor;
  readonly resource: FinishedSpan['resource'];
  readonly isHeard: () => boolean;
}

/** Ids for the SDK, random ones unless the next are given. */
export interface SettableIds extends IdGenerator {
  next: SpanContext | undefined;
}

/** The SDK's own ids take 200 ns each. */
export function createIds(): SettableIds {
  const ids: SettableIds = {
    next: undefined,
    generateTraceId: () => ids.next?.traceId ?? randomHex(32),
    generateSpanId: () => ids.next?.spanId ?? randomHex(16),
  };
  return ids;
}

const serverKind = 1;
const notRecorded: SamplingDecision.NOT_RECORD = 0;
const recordedAndSampled: SamplingDecision.RECORD_AND_SAMPLED = 2;
const sampledFlag: TraceFlags.SAMPLED = 1;
const noFlag: TraceFlags.NONE = 0;
// A request is described by at most ten attributes; where a span may hold fewer, the SDK counts.
const mostOwnAttributes = 16;

/** Undefined where limits are so low that the SDK has to look after each span. */
export function createRequestSpans(parts: SdkParts, limits: SpanLimits): RequestSpans | undefined {
  if ((limits.attributeCountLimit ?? mostOwnAttributes) < mostOwnAttributes) return undefined;
  if (limits.attributeValueLengthLimit !== undefined) return undefined;
  const { tracer, sampler, ids, processor, resource, isHeard } = parts;
  return {
    resource,
    scope: scopeOf(tracer),
    isHeard,
    newContext: (name, parent) => toNewSpan(sampler, name, parent),
    ended: (span) => processor.onEnd(span as Parameters<SpanProcessor['onEnd']>[0]),
    toSdkSpan: (span) => toSdkSpan(tracer, ids, span),
  };
}

/** The tracer's own, by which spans are sorted when they are sent. */
function scopeOf(tracer: Tracer): FinishedSpan['instrumentationScope'] {
  const { instrumentationScope } = tracer as Partial<Pick<FinishedSpan, 'instrumentationScope'>>;
  return instrumentationScope ?? { name: tracerName };
}

function toNewSpan(sampler: Sampler, name: string, parent: Context): NewSpan | undefined {
  const caller = spanIn(parent)?.spanContext();
  const known = caller !== undefined && isValidSpanContext(caller) ? caller : undefined;
  const traceId = known?.traceId ?? randomHex(32);
  const { decision, traceState = known?.traceState } = sampler.shouldSample(parent, traceId, name, serverKind, {}, []);
  // Recorded without being sampled: only the SDK knows for whom.
  if (decision !== notRecorded && decision !== recordedAndSampled) return undefined;
  const context: SpanContext = {
    traceId,
    spanId: randomHex(16),
    traceFlags: decision === recordedAndSampled ? sampledFlag : noFlag,
  };
  if (traceState !== undefined) context.traceState = traceState;
  return { context, parent: known };
}

function toSdkSpan(tracer: Tracer, ids: SettableIds, span: RequestSpan): Span {
  ids.next = span.spanContext();
  try {
    const { kind, startedMs: startTime, attributes } = span;
    return tracer.startSpan(span.name, { kind, startTime, attributes }, span.parent);
  } finally {
    ids.next = undefined;
  }
}
