import type { NativeBucket } from '../../metrics/native/native-buckets.ts';
import { coarsen, type SparseBuckets } from './dense-buckets.ts';

const nothing: SparseBuckets = Object.freeze({ schema: 8, zeroCount: 0, positive: [], negative: [] });

/** What the exponential buckets of one histogram held at the read before, by slot. */
export class PriorBuckets {
  private readonly bySlot = new Map<number, SparseBuckets>();

  /** What was told of one series counts as told of another. A negative slot is none. */
  move(from: number, into: number): void {
    const moved = this.bySlot.get(from);
    this.bySlot.delete(from);
    if (moved !== undefined && into >= 0) this.bySlot.set(into, combine(moved, this.bySlot.get(into) ?? nothing, 1));
  }

  /** What has come since the read before, to which this one is then the one before. */
  advance(slot: number, now: SparseBuckets): SparseBuckets {
    const before = this.bySlot.get(slot) ?? nothing;
    this.bySlot.set(slot, now);
    return combine(now, before, -1);
  }
}

/** The first with the second added or taken away, at the coarser schema of both. */
function combine(a: SparseBuckets, b: SparseBuckets, sign: 1 | -1): SparseBuckets {
  const schema = Math.min(a.schema, b.schema);
  const merge = (part: 'positive' | 'negative') =>
    combineSide(coarsen(a[part], a.schema - schema), coarsen(b[part], b.schema - schema), sign);
  return {
    schema,
    zeroCount: a.zeroCount + sign * b.zeroCount,
    positive: merge('positive'),
    negative: merge('negative'),
  };
}

function combineSide(a: readonly NativeBucket[], b: readonly NativeBucket[], sign: 1 | -1): readonly NativeBucket[] {
  if (b.length === 0) return a;
  const counts = new Map(a.map(({ index, count }) => [index, count]));
  for (const { index, count } of b) counts.set(index, (counts.get(index) ?? 0) + sign * count);
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([index, count]) => ({ index, count }))
    .sort((x, y) => x.index - y.index);
}
