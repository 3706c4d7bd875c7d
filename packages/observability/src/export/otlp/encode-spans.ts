import type { Attributes } from '../../otlp/common-model.ts';
import type { ResourceSpans, SpanData } from '../../otlp/trace-model.ts';
import type { FinishedSpan } from '../../tracing/finished-span.ts';
import { groupBy } from './group-by.ts';

// OTLP's span flags: the W3C flags in the low byte, then whether it is known that the parent was in another process.
const remoteParentKnown = 0x100;
const parentIsRemote = 0x200;

/** Finished spans as OTLP arranges them: by resource, then by the library that made them. */
export function toResourceSpans(spans: readonly FinishedSpan[]): ResourceSpans[] {
  return [...groupBy(spans, (span) => span.resource)].map(([resource, members]) => ({
    resource: { attributes: toAttributes(resource.attributes) },
    scopes: [...groupBy(members, (span) => span.instrumentationScope)].map(([scope, scoped]) => ({
      scope: { name: scope.name, ...(scope.version === undefined ? {} : { version: scope.version }) },
      spans: scoped.map(toSpanData),
    })),
  }));
}

function toSpanData(span: FinishedSpan): SpanData {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    traceId,
    spanId,
    traceState: traceState?.serialize() ?? '',
    parentSpanId: parent?.spanId ?? '',
    flags: toFlags(traceFlags, parent?.isRemote),
    name: span.name,
    // OTLP keeps 0 for "unspecified", which the API does not have.
    kind: span.kind + 1,
    startTimeUnixNano: toNanoseconds(span.startTime),
    endTimeUnixNano: toNanoseconds(span.endTime),
    attributes: toAttributes(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: toNanoseconds(event.time),
      attributes: toAttributes(event.attributes ?? {}),
      droppedAttributesCount: event.droppedAttributesCount ?? 0,
    })),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(({ context, attributes, droppedAttributesCount }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      traceState: context.traceState?.serialize() ?? '',
      attributes: toAttributes(attributes ?? {}),
      droppedAttributesCount: droppedAttributesCount ?? 0,
      flags: toFlags(context.traceFlags, context.isRemote),
    })),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: span.status.code, message: span.status.message ?? '' },
  };
}

function toFlags(traceFlags: number, remote: boolean | undefined): number {
  return (traceFlags & 0xff) | remoteParentKnown | (remote === true ? parentIsRemote : 0);
}

/** The values of the API are values of OTLP, but for what was set to undefined. */
function toAttributes(attributes: FinishedSpan['attributes']): Attributes {
  const kept: Record<string, Attributes[string]> = Object.create(null);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    kept[name] = Array.isArray(value) ? value.map((item) => item ?? null) : value;
  }
  return kept;
}

function toNanoseconds([seconds, nanoseconds]: FinishedSpan['startTime']): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(Math.round(nanoseconds));
}
