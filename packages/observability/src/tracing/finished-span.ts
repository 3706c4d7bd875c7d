import type { Attributes, HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';

/** A finished span as the SDK hands it over; the part that exporters need. */
export interface FinishedSpan {
  readonly name: string;
  readonly kind: SpanKind;
  spanContext(): SpanContext;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: readonly Link[];
  readonly events: readonly {
    readonly name: string;
    readonly time: HrTime;
    readonly attributes?: Attributes;
    readonly droppedAttributesCount?: number;
  }[];
  readonly resource: { readonly attributes: Attributes };
  readonly instrumentationScope: { readonly name: string; readonly version?: string };
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** How long the span took, in milliseconds. */
export function durationMsOf(span: FinishedSpan): number {
  const [seconds, nanoseconds] = span.duration;
  return seconds * 1_000 + nanoseconds / 1e6;
}

/** When the span began, in epoch milliseconds. */
export function startMsOf(span: FinishedSpan): number {
  const [seconds, nanoseconds] = span.startTime;
  return seconds * 1_000 + nanoseconds / 1e6;
}
