import { toText } from '../../merge/naming/label-text.ts';
import { ByteWriter } from '../../metrics/exposition/byte-writer.ts';
import { writeSpans } from '../../metrics/exposition/protobuf/encode-native.ts';
import type { NativeBucket } from '../../metrics/native/native-buckets.ts';
import type { ExemplarPoint, ExponentialHistogramPoint } from '../../otlp/metric-model.ts';
import { closeMessage, openMessage, writeDouble, writeSint, writeString, writeUint } from '../../protobuf/wire.ts';
import { writeLabel } from './series-labels.ts';

// Messages and field numbers of prometheus.WriteRequest: https://prometheus.io/docs/specs/prw/remote_write_spec

/** What Prometheus takes for the end of a series: a NaN of this one bit pattern, which a number of ours cannot hold. */
const staleNan = Uint8Array.of(0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f);
const fixed64 = 1;

const writeStale = (out: ByteWriter, field: number): void => {
  out.byte((field << 3) | fixed64);
  out.copy(staleNan);
};

/** @param value null says that the series has ended */
export function writeSample(out: ByteWriter, value: number | null, timeMs: number): void {
  const start = openMessage(out, 2);
  if (value === null) writeStale(out, 1);
  else writeDouble(out, 1, value);
  writeUint(out, 2, timeMs);
  closeMessage(out, start);
}

// Of names and values together, as in OpenMetrics; Prometheus drops longer ones.
const maxExemplarCharacters = 128;

export function writeExemplar(out: ByteWriter, exemplar: ExemplarPoint): void {
  const labels = exemplarLabels(exemplar);
  if ([...labels.flat().join('')].length > maxExemplarCharacters) return;
  const start = openMessage(out, 3);
  for (const [name, value] of labels) writeLabel(out, name, value);
  writeDouble(out, 2, Number(exemplar.value ?? 0));
  writeUint(out, 3, toMs(exemplar.timeUnixNano));
  closeMessage(out, start);
}

function exemplarLabels({
  filteredAttributes,
  traceId,
  spanId,
}: ExemplarPoint): readonly (readonly [string, string])[] {
  const others = Object.entries(filteredAttributes).map(([name, value]) => [name, toText(value)] as const);
  const ids = [['trace_id', traceId] as const, ['span_id', spanId] as const].filter(([, id]) => id !== '');
  return [...others, ...ids].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A native histogram. Prometheus knows the scales −4 to 8, which are all that come out of our engine. */
export function writeHistogram(out: ByteWriter, point: ExponentialHistogramPoint, hasEnded: boolean): void {
  const start = openMessage(out, 4);
  writeUint(out, 1, point.count);
  if (hasEnded) writeStale(out, 3);
  else writeDouble(out, 3, point.sum ?? 0);
  writeSint(out, 4, point.scale);
  writeDouble(out, 5, point.zeroThreshold);
  writeUint(out, 6, point.zeroCount);
  writeSpans(out, toBuckets(point.negative), { span: 8, delta: 9 });
  writeSpans(out, toBuckets(point.positive), { span: 11, delta: 12 });
  writeUint(out, 15, toMs(point.timeUnixNano));
  closeMessage(out, start);
}

function toBuckets({ offset, counts }: ExponentialHistogramPoint['positive']): readonly NativeBucket[] {
  const buckets: NativeBucket[] = [];
  for (const [i, count] of counts.entries()) if (count > 0) buckets.push({ index: offset + i, count });
  return buckets;
}

/** The types of MetricMetadata. */
export const metadataTypes = { counter: 1, gauge: 2, histogram: 3, summary: 5 } as const;

export interface Metadata {
  readonly type: number;
  readonly name: string;
  readonly help: string;
  readonly unit: string;
}

export function writeMetadata(out: ByteWriter, { type, name, help, unit }: Metadata): void {
  const start = openMessage(out, 3);
  writeUint(out, 1, type);
  writeString(out, 2, name);
  writeString(out, 4, help);
  if (unit !== '') writeString(out, 5, unit);
  closeMessage(out, start);
}

/** Epoch milliseconds. */
export function toMs(nano: bigint): number {
  return Number(nano / 1_000_000n);
}

/** A `Label` message on its own. */
export function toLabelBytes(name: string, value: string): Uint8Array {
  const out = new ByteWriter(64);
  writeLabel(out, name, value);
  return out.take();
}
