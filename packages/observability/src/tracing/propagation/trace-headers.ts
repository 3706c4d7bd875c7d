/**
 * Headers of a request or message from another process: a plain object as Node, Fastify and message queues have them, or
 * anything with `get(name)` such as `Headers` and `Map`. Only `traceparent`, `tracestate` and `baggage` are read.
 */
export type TraceHeaders =
  | Readonly<Record<string, unknown>>
  | { get(name: string): string | readonly string[] | null | undefined };

/** What a request says about the trace it belongs to. */
export interface TraceHeaderValues {
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly baggage: string | undefined;
}

const headerNames = ['traceparent', 'tracestate', 'baggage'] as const;

/** Whether a header, in any spelling, is one of those that carry the trace. */
export function isTraceHeader(name: string): boolean {
  return headerNames.some((one) => one.length === name.length && one === name.toLowerCase());
}

/** Reads the three headers, whoever sent them; a text is a `traceparent`. Never throws. */
export function readTraceHeaders(source: unknown): TraceHeaderValues {
  if (typeof source === 'string') return { traceparent: source, tracestate: undefined, baggage: undefined };
  const read = (name: string, toValue: (value: unknown) => string | undefined): string | undefined => {
    try {
      return typeof source === 'object' && source !== null ? toValue(readHeader(source, name)) : undefined;
    } catch {
      return undefined;
    }
  };
  return {
    // A request with two different parents has none: https://www.w3.org/TR/trace-context/#traceparent-header
    traceparent: read('traceparent', toSingle),
    tracestate: read('tracestate', toJoined),
    baggage: read('baggage', toJoined),
  };
}

function readHeader(source: object, name: string): unknown {
  const get: unknown = Reflect.get(source, 'get');
  if (typeof get === 'function') return get.call(source, name);
  const value: unknown = Reflect.get(source, name);
  return value === undefined ? readOtherCase(source, name) : value;
}

// Node writes names in lower case; message queues keep them as they were sent.
const mostHeadersLookedAt = 200;

function readOtherCase(source: object, name: string): unknown {
  let looked = 0;
  for (const key in source) {
    if (key.length === name.length && key.toLowerCase() === name) return Reflect.get(source, key);
    looked += 1;
    if (looked > mostHeadersLookedAt) return undefined;
  }
  return undefined;
}

function toSingle(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length === 1 ? toText(value[0]) : undefined;
  return toText(value);
}

function toJoined(value: unknown): string | undefined {
  if (!Array.isArray(value)) return toText(value);
  const texts = value.slice(0, mostHeadersLookedAt).map(toText);
  return texts.filter((text) => text !== undefined).join(',');
}

/** Kafka clients hand over header values as bytes. */
function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : undefined;
}
