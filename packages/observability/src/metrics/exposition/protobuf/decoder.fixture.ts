// Reads io.prometheus.client messages out of bytes by field numbers of its own, written from metrics.proto and knowing
// nothing of the encoder.

/** Name and kind of a field by number; a message for fields that hold one. */
type FieldKind = 'uint' | 'sint' | 'double' | 'string' | Schema;
interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  readonly isRepeated?: boolean;
}
type Schema = Readonly<Record<number, Field>>;

const one = (name: string, kind: FieldKind): Field => ({ name, kind });
const many = (name: string, kind: FieldKind): Field => ({ name, kind, isRepeated: true });

const labelPair: Schema = { 1: one('name', 'string'), 2: one('value', 'string') };
const timestamp: Schema = { 1: one('seconds', 'uint'), 2: one('nanos', 'uint') };
const exemplar: Schema = { 1: many('label', labelPair), 2: one('value', 'double'), 3: one('timestamp', timestamp) };
const span: Schema = { 1: one('offset', 'sint'), 2: one('length', 'uint') };
const bucket: Schema = {
  1: one('cumulative_count', 'uint'),
  2: one('upper_bound', 'double'),
  3: one('exemplar', exemplar),
  4: one('cumulative_count_float', 'double'),
};
const histogram: Schema = {
  1: one('sample_count', 'uint'),
  2: one('sample_sum', 'double'),
  3: many('bucket', bucket),
  4: one('sample_count_float', 'double'),
  5: one('schema', 'sint'),
  6: one('zero_threshold', 'double'),
  7: one('zero_count', 'uint'),
  9: many('negative_span', span),
  10: many('negative_delta', 'sint'),
  12: many('positive_span', span),
  13: many('positive_delta', 'sint'),
};
const quantile: Schema = { 1: one('quantile', 'double'), 2: one('value', 'double') };
const metric: Schema = {
  1: many('label', labelPair),
  2: one('gauge', { 1: one('value', 'double') }),
  3: one('counter', { 1: one('value', 'double'), 2: one('exemplar', exemplar) }),
  4: one('summary', { 1: one('sample_count', 'uint'), 2: one('sample_sum', 'double'), 3: many('quantile', quantile) }),
  5: one('untyped', { 1: one('value', 'double') }),
  7: one('histogram', histogram),
};
const metricFamily: Schema = {
  1: one('name', 'string'),
  2: one('help', 'string'),
  3: one('type', 'uint'),
  4: many('metric', metric),
  5: one('unit', 'string'),
};

export interface DecodedSpan {
  readonly offset: number;
  readonly length: number;
}
export interface DecodedExemplar {
  readonly label: readonly { readonly name: string; readonly value: string }[];
  readonly value: number;
  readonly timestamp?: { readonly seconds: number; readonly nanos: number };
}
export interface DecodedHistogram {
  readonly sample_count?: number;
  readonly sample_count_float?: number;
  readonly sample_sum: number;
  readonly bucket: readonly {
    readonly cumulative_count: number;
    readonly cumulative_count_float?: number;
    readonly upper_bound: number;
    readonly exemplar?: DecodedExemplar;
  }[];
  readonly schema?: number;
  readonly zero_threshold?: number;
  readonly zero_count?: number;
  readonly negative_span?: readonly DecodedSpan[];
  readonly negative_delta?: readonly number[];
  readonly positive_span?: readonly DecodedSpan[];
  readonly positive_delta?: readonly number[];
}
export interface DecodedMetric {
  readonly label?: readonly { readonly name: string; readonly value: string }[];
  readonly gauge?: { readonly value: number };
  readonly counter?: { readonly value: number; readonly exemplar?: DecodedExemplar };
  readonly untyped?: { readonly value: number };
  readonly summary?: {
    readonly sample_count: number;
    readonly sample_sum: number;
    readonly quantile: readonly { readonly quantile: number; readonly value: number }[];
  };
  readonly histogram?: DecodedHistogram;
}
export interface DecodedFamily {
  readonly name: string;
  readonly help: string;
  /** 0 counter, 1 gauge, 2 summary, 3 untyped, 4 histogram. */
  readonly type: number;
  readonly unit?: string;
  readonly metric: readonly DecodedMetric[];
}

/** All messages of a delimited stream. @throws where it is not one, or holds a field that is not known here */
export function decodeDelimited(bytes: Uint8Array): readonly DecodedFamily[] {
  const reader = new Reader(bytes);
  const families: DecodedFamily[] = [];
  while (!reader.isAtEnd) families.push(decodeMessage(reader.chunk(), metricFamily) as unknown as DecodedFamily);
  return families;
}

function decodeMessage(bytes: Uint8Array, schema: Schema): Record<string, unknown> {
  const reader = new Reader(bytes);
  const message: Record<string, unknown> = {};
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const field = schema[Number(tag >> 3n)];
    if (field === undefined) throw new Error(`unknown field ${tag >> 3n}`);
    const value = decodeValue(reader, field.kind, Number(tag & 7n));
    if (field.isRepeated) message[field.name] = append(message[field.name], value);
    else if (field.name in message) throw new Error(`${field.name} twice`);
    else message[field.name] = value;
  }
  return message;
}

function append(list: unknown, value: unknown): unknown[] {
  const values = Array.isArray(list) ? list : [];
  values.push(value);
  return values;
}

function decodeValue(reader: Reader, kind: FieldKind, wireType: number): unknown {
  const expected = kind === 'uint' || kind === 'sint' ? 0 : kind === 'double' ? 1 : 2;
  if (wireType !== expected) throw new Error(`wire type ${wireType} instead of ${expected}`);
  if (kind === 'double') return reader.double();
  if (kind === 'uint') return Number(reader.varint());
  if (kind === 'sint') {
    const zigzag = reader.varint();
    return Number(zigzag & 1n ? -((zigzag + 1n) >> 1n) : zigzag >> 1n);
  }
  const chunk = reader.chunk();
  return kind === 'string'
    ? new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(chunk)
    : decodeMessage(chunk, kind);
}

class Reader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0] ?? 0;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new Error('varint of more than ten bytes');
  }

  double(): number {
    const bytes = this.take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  chunk(): Uint8Array {
    return this.take(Number(this.varint()));
  }

  private take(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw new Error('ends too early');
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
}

/** The counts of spans and deltas by Prometheus' bucket index (of the upper bound), without empty ones. */
export function expandSpans(
  spans: readonly DecodedSpan[] = [],
  deltas: readonly number[] = [],
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  let index = 0;
  let delta = 0;
  let count = 0;
  for (const { offset, length } of spans) {
    index += offset;
    for (let i = 0; i < length; i++, index++, delta++) {
      count += deltas[delta] ?? Number.NaN;
      if (count !== 0) counts.set(index, count);
    }
  }
  if (delta !== deltas.length) throw new Error('spans and deltas differ in length');
  return counts;
}
