import { writeDouble, writeUint } from '../../../protobuf/wire.ts';
import type { CounterFamily } from '../../counter.ts';
import type { Exemplar, Exemplars } from '../../exemplars.ts';
import type { Family } from '../../family.ts';
import type { HistogramFamily } from '../../histogram.ts';
import { NativeBuckets } from '../../native/native-buckets.ts';
import type { ByteWriter } from '../byte-writer.ts';
import { writeNative } from './encode-native.ts';
import { type MessageExemplar, MetricMessage, writeBucket, writeExemplar } from './metric-message.ts';

/** Writes one series of one metric into the message of its family. */
export type SeriesMessageEncoder = (slot: number, family: ByteWriter) => void;

export function seriesMessageEncoder(family: Family): SeriesMessageEncoder {
  const { series } = family;
  const { names } = series;
  const message = new MetricMessage(family.type);
  const writeValue = valueWriter(family, message.value);
  return (slot, out) => {
    message.start();
    for (let label = 0; label < names.length; label++) message.label(names[label] ?? '', series.valueOf(slot, label));
    writeValue(slot);
    message.end(out);
  };
}

function valueWriter(family: Family, out: ByteWriter): (slot: number) => void {
  if (family.type === 'histogram') return (slot) => writeHistogram(family, slot, out);
  if (family.type === 'counter') return (slot) => writeCounter(family, slot, out);
  return (slot) => writeDouble(out, 1, family.cells.values[slot] ?? 0);
}

function writeCounter({ cells, exemplars }: CounterFamily, slot: number, out: ByteWriter): void {
  writeDouble(out, 1, cells.values[slot] ?? 0);
  const exemplar = exemplarAt(exemplars, slot);
  if (exemplar !== null) writeExemplar(out, 2, exemplar);
}

// That a histogram has native buckets must be seen before its first observation.
const withoutObservations = new NativeBuckets(1);

function writeHistogram(family: HistogramFamily, slot: number, out: ByteWriter): void {
  const { bounds, exemplars, native } = family;
  const { stride, values } = family.cells;
  const first = slot * stride;
  let cumulativeCount = 0;
  writeUint(out, 1, family.touchesOf(slot));
  writeDouble(out, 2, values[first + stride - 1] ?? 0);
  for (let bucket = 0; bucket <= bounds.length; bucket++) {
    cumulativeCount += values[first + bucket] ?? 0;
    const upperBound = bounds[bucket] ?? Number.POSITIVE_INFINITY;
    writeBucket(out, { cumulativeCount, upperBound, exemplar: exemplarAt(exemplars, first + bucket) });
  }
  if (native !== null) writeNative(out, native.of(slot) ?? withoutObservations);
}

// As in OpenMetrics: other texts are not ids, and an exemplar has at most 128 characters.
const idPattern = /^[0-9a-f]{1,32}$/;

function exemplarAt(exemplars: Exemplars | null, cell: number): MessageExemplar | null {
  const known: Readonly<Exemplar> | undefined = exemplars?.get(cell);
  if (known === undefined || !idPattern.test(known.traceId) || !idPattern.test(known.spanId)) return null;
  const { traceId, spanId, value, atMs } = known;
  return {
    labels: [
      ['trace_id', traceId],
      ['span_id', spanId],
    ],
    value,
    atMs,
  };
}
