import type { AttachedFamily } from '../../metrics/attached/attached-family.ts';
import type { AttachedSeries } from '../../metrics/exposition/protobuf/attached-series.ts';

/** What one series of an attached registry has counted; of a number, its value. */
export interface AttachedTotals {
  readonly count: number;
  readonly sum: number | undefined;
  /** Each bucket on its own. */
  readonly bucketCounts: readonly number[];
  /** Of buckets, finite ones; of a summary, its quantiles. Ascending. */
  readonly bounds: readonly number[];
}

/** Null for what is no possible state of a metric of this type. */
export function toTotals({ type }: AttachedFamily, series: AttachedSeries): AttachedTotals | null {
  if (type === 'histogram') return toBuckets(series);
  if (type === 'summary') {
    return toQuantiles(series);
  }
  const { value } = series;
  if (value === undefined || (type === 'counter' && !(value >= 0 && value < Number.POSITIVE_INFINITY))) return null;
  return { count: value, sum: undefined, bucketCounts: [], bounds: [] };
}

/** Whether the second can be what the first had grown from. */
export function isGrowth(now: AttachedTotals, before: AttachedTotals): boolean {
  return (
    now.count >= before.count &&
    now.bounds.length === before.bounds.length &&
    now.bounds.every((bound, i) => bound === before.bounds[i]) &&
    now.bucketCounts.every((count, i) => count >= (before.bucketCounts[i] ?? 0))
  );
}

/** What has come since; all of it where there was nothing before. */
export function differenceOf(now: AttachedTotals, before: AttachedTotals | null): AttachedTotals {
  if (before === null) return now;
  return {
    count: now.count - before.count,
    sum: now.sum === undefined ? undefined : now.sum - (before.sum ?? 0),
    bucketCounts: now.bucketCounts.map((count, i) => count - (before.bucketCounts[i] ?? 0)),
    bounds: now.bounds,
  };
}

function toQuantiles({ bounds, count, sum }: AttachedSeries): AttachedTotals | null {
  const quantiles = bounds.map(({ at }) => at).filter((at) => at >= 0 && at <= 1);
  return isCount(count) ? { count, sum, bucketCounts: [], bounds: quantiles.sort((a, b) => a - b) } : null;
}

function toBuckets({ bounds, count: given, sum }: AttachedSeries): AttachedTotals | null {
  const sorted = bounds.toSorted((a, b) => a.at - b.at);
  const count = given ?? sorted.at(-1)?.value;
  if (!isCount(count)) return null;
  const finite = sorted.filter(({ at }) => Number.isFinite(at));
  const upTo = [...finite.map(({ value }) => value), count];
  const bucketCounts = upTo.map((value, i) => value - (upTo[i - 1] ?? 0));
  if (!bucketCounts.every(isCount)) return null;
  const isSum = sum !== undefined && Number.isFinite(sum);
  return { count, sum: isSum ? sum : undefined, bucketCounts, bounds: finite.map(({ at }) => at) };
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0;
}
