import type { NativeBucket } from '../../metrics/native/native-buckets.ts';
import { coarsestSchema } from '../../metrics/native/native-index.ts';
import type { ExponentialBuckets } from '../../otlp/metric-model.ts';

/** Exponential buckets that hold something, of either sign, from 0 away. */
export interface SparseBuckets {
  readonly schema: number;
  readonly zeroCount: number;
  readonly positive: readonly NativeBucket[];
  readonly negative: readonly NativeBucket[];
}

// OTLP names every bucket between the first and the last. OpenTelemetry's own histograms have at most 160 for each sign;
// twice as many, because here the empty ones between are not counted when the engine limits itself to 160.
const maxDense = 320;

const empty: ExponentialBuckets = Object.freeze({ offset: 0, counts: Object.freeze([]) });

/** Side by side, as OTLP has them, at the finest scale at which neither sign has too many. */
export function toDense({ schema, positive, negative }: SparseBuckets): {
  readonly scale: number;
  readonly positive: ExponentialBuckets;
  readonly negative: ExponentialBuckets;
} {
  let scale = schema;
  const isTooLong = (buckets: readonly NativeBucket[]) => spanOf(buckets, schema - scale) > maxDense;
  while (scale > coarsestSchema && (isTooLong(positive) || isTooLong(negative))) scale -= 1;
  return { scale, positive: toRange(positive, schema - scale), negative: toRange(negative, schema - scale) };
}

/** Merged until they are those of a coarser schema: bucket i lies within bucket i >> 1 of the next coarser one. */
export function coarsen(buckets: readonly NativeBucket[], steps: number): readonly NativeBucket[] {
  if (steps === 0) return buckets;
  const merged: { index: number; count: number }[] = [];
  for (const { index, count } of buckets) {
    const last = merged.at(-1);
    if (last?.index === index >> steps) last.count += count;
    else merged.push({ index: index >> steps, count });
  }
  return merged;
}

function spanOf(buckets: readonly NativeBucket[], steps: number): number {
  const first = buckets[0];
  const last = buckets.at(-1);
  return first === undefined || last === undefined ? 0 : (last.index >> steps) - (first.index >> steps) + 1;
}

function toRange(buckets: readonly NativeBucket[], steps: number): ExponentialBuckets {
  const first = buckets[0];
  if (first === undefined) return empty;
  const offset = first.index >> steps;
  const counts = new Array<number>(spanOf(buckets, steps)).fill(0);
  for (const { index, count } of buckets) {
    const at = (index >> steps) - offset;
    counts[at] = (counts[at] as number) + count;
  }
  return { offset, counts };
}
