import type { HistogramFamily } from '../../metrics/histogram.ts';
import { NativeBuckets, zeroThreshold } from '../../metrics/native/native-buckets.ts';
import type { Attributes } from '../../otlp/common-model.ts';
import type { ExponentialHistogramPoint, HistogramPoint } from '../../otlp/metric-model.ts';
import { type SparseBuckets, toDense } from './dense-buckets.ts';
import { noExemplars, toExemplars } from './exemplar-points.ts';
import { noRecordedValue, type PointContext, type PointMaker, toIdentity } from './family-points.ts';

// A bucket's count takes an eighth of what a point of its own does: no labels, no times, one byte or two.
const bucketsPerWeight = 8;

const isFilled = (count: number) => count !== 0;

/** With the bounds of the declaration. */
export function histogramPoints(family: HistogramFamily, context: PointContext): PointMaker<HistogramPoint> {
  const { window, prior } = context;
  const { timeNano: timeUnixNano, previousMs: afterMs } = window;
  const explicitBounds = [...family.bounds];
  const buckets = explicitBounds.length + 1;
  const startOf = startsOf(context);
  const weight = 1 + Math.ceil(buckets / bucketsPerWeight);
  return {
    living({ slot, birth, attributes }) {
      const { values, stride } = family.cells;
      const first = slot * stride;
      const into = prior?.at(slot, birth) ?? 0;
      const bucketCounts = new Array<number>(buckets);
      let count = 0;
      for (let i = 0; i < buckets; i++) {
        const total = values[first + i] as number;
        const counted = prior === null ? total : prior.advance(into, i, total);
        bucketCounts[i] = counted;
        count += counted;
      }
      const total = values[first + buckets] as number;
      const sum = prior === null ? total : prior.advance(into, buckets, total);
      if (prior !== null && !bucketCounts.some(isFilled)) return null;
      const exemplars = toExemplars(family.exemplars, { first, cells: buckets, afterMs });
      const startTimeUnixNano = startOf(birth);
      return {
        attributes,
        startTimeUnixNano,
        timeUnixNano,
        flags: 0,
        count,
        sum,
        bucketCounts,
        explicitBounds,
        min: undefined,
        max: undefined,
        exemplars,
      };
    },
    ended: (attributes) => (prior === null ? toEndedHistogram(attributes, timeUnixNano, explicitBounds) : null),
    toMetric: (points) => ({ ...toIdentity(family), kind: 'histogram', temporality: temporalityOf(context), points }),
    weightOf: () => weight,
  };
}

/**
 * With exponential buckets. The classic ones are not sent beside them: a metric of OTLP has one kind of buckets, and
 * two metrics would count every observation twice. Sum and count are the same either way.
 */
export function exponentialPoints(
  family: HistogramFamily,
  context: PointContext,
): PointMaker<ExponentialHistogramPoint> {
  const { window, prior } = context;
  const { timeNano: timeUnixNano, previousMs: afterMs } = window;
  const startOf = startsOf(context);
  return {
    living({ slot, birth, attributes }) {
      const { values, stride } = family.cells;
      const first = slot * stride;
      const told = toldOf(family, slot, context);
      const total = values[first + stride - 1] as number;
      const sum = prior === null ? total : prior.advance(prior.at(slot, birth), stride - 1, total);
      const count = countOf(told);
      if (prior !== null && count === 0) return null;
      const { scale, positive, negative } = toDense(told);
      const exemplars = toExemplars(family.exemplars, { first, cells: stride - 1, afterMs });
      const startTimeUnixNano = startOf(birth);
      return {
        attributes,
        startTimeUnixNano,
        timeUnixNano,
        flags: 0,
        count,
        sum,
        scale,
        zeroCount: told.zeroCount,
        zeroThreshold,
        positive,
        negative,
        min: undefined,
        max: undefined,
        exemplars,
      };
    },
    ended: (attributes) => (prior === null ? toEndedExponential(attributes, timeUnixNano) : null),
    toMetric: (points) => ({
      ...toIdentity(family),
      kind: 'exponential_histogram',
      temporality: temporalityOf(context),
      points,
    }),
    weightOf: ({ positive, negative }) =>
      1 + Math.ceil((positive.counts.length + negative.counts.length) / bucketsPerWeight),
  };
}

// That a histogram has exponential buckets is seen before its first observation.
const unused = new NativeBuckets(1);

/** Since the read before where that was kept, else since the start. */
function toldOf({ native }: HistogramFamily, slot: number, { state, prior }: PointContext): SparseBuckets {
  const buckets = native?.of(slot) ?? unused;
  const now: SparseBuckets = {
    schema: buckets.schema,
    zeroCount: buckets.zeroCount,
    positive: buckets.bucketsOf('positive'),
    negative: buckets.bucketsOf('negative'),
  };
  return prior === null ? now : state.priorBuckets.advance(slot, now);
}

function countOf({ zeroCount, positive, negative }: SparseBuckets): number {
  let count = zeroCount;
  for (const bucket of positive) count += bucket.count;
  for (const bucket of negative) count += bucket.count;
  return count;
}

function startsOf({ state, window, prior }: PointContext): (birth: number) => bigint {
  return prior === null ? (birth) => state.starts.of(birth) : () => window.previousNano;
}

function temporalityOf({ prior }: PointContext): 'cumulative' | 'delta' {
  return prior === null ? 'cumulative' : 'delta';
}

const endedFacts = {
  startTimeUnixNano: 0n,
  flags: noRecordedValue,
  count: 0,
  sum: undefined,
  min: undefined,
  max: undefined,
  exemplars: noExemplars,
} as const;

/** The point that ends a series of buckets. It names them, because to Prometheus each is a series of its own. */
export function toEndedHistogram(
  attributes: Attributes,
  timeUnixNano: bigint,
  explicitBounds: readonly number[],
): HistogramPoint {
  const bucketCounts = new Array<number>(explicitBounds.length + 1).fill(0);
  return { attributes, timeUnixNano, ...endedFacts, bucketCounts, explicitBounds };
}

function toEndedExponential(attributes: Attributes, timeUnixNano: bigint): ExponentialHistogramPoint {
  const none = { offset: 0, counts: [] };
  return {
    attributes,
    timeUnixNano,
    ...endedFacts,
    scale: 0,
    zeroCount: 0,
    zeroThreshold,
    positive: none,
    negative: none,
  };
}
