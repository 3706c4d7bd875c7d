import type { HistogramFamily } from '../histogram.ts';
import { type NativeBucket, zeroThreshold } from './native-buckets.ts';

/** Neighbouring buckets: `counts[i]` are the values above base^(offset + i) up to base^(offset + i + 1), by amount. */
export interface NativeRange {
  readonly offset: number;
  readonly counts: readonly number[];
}

/** An exponential histogram as OTLP carries it; base is 2^(2^-scale). */
export interface NativeSnapshot {
  /** −4 to 8. */
  readonly scale: number;
  readonly zeroCount: number;
  readonly zeroThreshold: number;
  readonly positive: NativeRange;
  readonly negative: NativeRange;
  readonly sum: number;
  /** Of all buckets, with that of zero. */
  readonly count: number;
}

/** The exponential buckets of one series as of now; null where it has none. */
export function nativeSnapshot(family: HistogramFamily, slot: number): NativeSnapshot | null {
  const buckets = family.native?.of(slot);
  if (buckets === undefined) return null;
  const { values, stride } = family.cells;
  return {
    scale: buckets.schema,
    zeroCount: buckets.zeroCount,
    zeroThreshold,
    positive: toRange(buckets.bucketsOf('positive')),
    negative: toRange(buckets.bucketsOf('negative')),
    sum: values[(slot + 1) * stride - 1] ?? 0,
    count: family.touchesOf(slot),
  };
}

function toRange(buckets: readonly NativeBucket[]): NativeRange {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return { offset: 0, counts: [] };
  const counts = new Array<number>(last.index - first.index + 1).fill(0);
  for (const { index, count } of buckets) counts[index - first.index] = count;
  return { offset: first.index, counts };
}
