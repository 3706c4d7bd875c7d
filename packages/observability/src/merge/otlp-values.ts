import type {
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
  SummaryPoint,
} from '../otlp/metric-model.ts';
import type { RefusalReason } from './metric-source.ts';
import { countOf, toExponential } from './store/exponential.ts';
import type { SentValue } from './store/merged-series.ts';

export type OtlpPoint = NumberPoint | HistogramPoint | ExponentialHistogramPoint | SummaryPoint;

// More bounds than anybody draws; the sender would cost us as many numbers per series.
const maxBounds = 512;

/** A point as the merge keeps it, or why it is refused. Everything in it may be wrong. */
export function toSentValue(metric: MetricData, point: OtlpPoint): SentValue | RefusalReason {
  switch (metric.kind) {
    case 'gauge':
      return numberOf(point as NumberPoint, false);
    case 'sum':
      return numberOf(point as NumberPoint, metric.isMonotonic);
    case 'histogram':
      return histogramOf(point as HistogramPoint);
    case 'exponential_histogram':
      return exponentialOf(point as ExponentialHistogramPoint);
    case 'summary':
      return summaryOf(point as SummaryPoint);
  }
}

function numberOf({ value }: NumberPoint, isCounter: boolean): SentValue | RefusalReason {
  if (value === undefined) return 'invalid_value';
  const number = Number(value);
  if (isCounter && !isAmount(number)) return 'invalid_value';
  return plain([number]);
}

function histogramOf({ count, sum, bucketCounts, explicitBounds }: HistogramPoint): SentValue | RefusalReason {
  if (!isCount(count) || !isSum(sum)) return 'invalid_histogram';
  if (explicitBounds.length > maxBounds || !areRising(explicitBounds)) return 'invalid_histogram';
  const buckets = bucketCounts.length === 0 && explicitBounds.length === 0 ? [count] : bucketCounts;
  if (buckets.length !== explicitBounds.length + 1 || !buckets.every(isCount)) return 'invalid_histogram';
  let total = 0;
  for (const bucket of buckets) total += bucket;
  // Which of the two is wrong cannot be known.
  if (total !== count) return 'invalid_histogram';
  return {
    ...plain([...buckets, sum ?? 0]),
    bounds: explicitBounds,
    hasSum: sum !== undefined,
  };
}

function exponentialOf(point: ExponentialHistogramPoint): SentValue | RefusalReason {
  const { count, sum, scale, zeroCount, zeroThreshold, positive, negative } = point;
  if (!isCount(count) || !isSum(sum)) return 'invalid_histogram';
  const exponential = toExponential({ scale, zeroCount, zeroThreshold, positive, negative });
  if (exponential === null || countOf(exponential) !== count) return 'invalid_histogram';
  return { ...plain([count, sum ?? 0]), hasSum: sum !== undefined, exponential };
}

function summaryOf({ count, sum, quantiles }: SummaryPoint): SentValue | RefusalReason {
  if (!isCount(count) || !isSum(sum) || quantiles.length > maxBounds) return 'invalid_value';
  const known = new Set<number>();
  const shown = quantiles.filter(({ quantile }) => {
    const isNew = quantile >= 0 && quantile <= 1 && !known.has(quantile);
    known.add(quantile);
    return isNew;
  });
  return { ...plain([count, sum]), quantiles: shown };
}

function plain(values: number[]): SentValue {
  return { values, bounds: [], hasSum: true, exponential: null, quantiles: null };
}

/** Infinity is refused too: added once, it would hide all that comes later. */
function isAmount(value: number): boolean {
  return value >= 0 && value <= Number.MAX_VALUE;
}

function isCount(count: number): boolean {
  return count >= 0 && count <= Number.MAX_SAFE_INTEGER;
}

function isSum(sum: number | undefined): boolean {
  return sum === undefined || Number.isFinite(sum);
}

function areRising(bounds: readonly number[]): boolean {
  return bounds.every((bound, i) => Number.isFinite(bound) && (i === 0 || bound > (bounds[i - 1] ?? bound)));
}
