import type { FinishedSpan } from '../tracing/finished-span.ts';

// OTLP/JSON as in https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: ids in hex, 64-bit integers as text.

type Attributes = FinishedSpan['attributes'];
type Time = FinishedSpan['startTime'];
type Json = Record<string, unknown>;

// OTLP's span flags: the W3C flags in the low byte, then whether it is known that the parent was in another process.
const remoteParentKnown = 0x100;
const parentIsRemote = 0x200;

/** The body of a request to `/v1/traces`. */
export function toOtlpTraces(spans: readonly FinishedSpan[]): Json {
  const byResource = groupBy(spans, (span) => span.resource);
  return {
    resourceSpans: [...byResource].map(([resource, members]) => ({
      resource: { attributes: toAttributes(resource.attributes), droppedAttributesCount: 0 },
      scopeSpans: [...groupBy(members, (span) => span.instrumentationScope)].map(([scope, scoped]) => ({
        scope: { name: scope.name, ...(scope.version === undefined ? {} : { version: scope.version }) },
        spans: scoped.map(toOtlpSpan),
      })),
    })),
  };
}

function toOtlpSpan(span: FinishedSpan): Json {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    traceId,
    spanId,
    ...(parent === undefined ? {} : { parentSpanId: parent.spanId }),
    ...(traceState === undefined ? {} : { traceState: traceState.serialize() }),
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
      droppedAttributesCount: 0,
    })),
    droppedEventsCount: span.droppedEventsCount,
    status: {
      code: span.status.code,
      ...(span.status.message === undefined ? {} : { message: span.status.message }),
    },
    links: span.links.map((link) => ({
      traceId: link.context.traceId,
      spanId: link.context.spanId,
      attributes: toAttributes(link.attributes ?? {}),
      droppedAttributesCount: 0,
      flags: toFlags(link.context.traceFlags, link.context.isRemote),
    })),
    droppedLinksCount: span.droppedLinksCount,
    flags: toFlags(traceFlags, parent?.isRemote),
  };
}

function toFlags(traceFlags: number, remote: boolean | undefined): number {
  return (traceFlags & 0xff) | remoteParentKnown | (remote === true ? parentIsRemote : 0);
}

function toAttributes(attributes: Attributes): Json[] {
  return Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: toAnyValue(value) }));
}

function toAnyValue(value: unknown): Json {
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(toAnyValue) } };
  if (typeof value !== 'number') return value === null || value === undefined ? {} : { stringValue: String(value) };
  if (Number.isSafeInteger(value)) return { intValue: String(value) };
  // JSON has no NaN and no infinities; protobuf's JSON spells them as text.
  return { doubleValue: Number.isFinite(value) ? value : String(value) };
}

function toNanoseconds([seconds, nanoseconds]: Time): string {
  return `${BigInt(seconds) * 1_000_000_000n + BigInt(Math.round(nanoseconds))}`;
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
