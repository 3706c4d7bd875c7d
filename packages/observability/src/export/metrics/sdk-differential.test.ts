import {
  AggregationTemporality,
  AggregationType,
  DataPointType,
  InstrumentType,
  MeterProvider,
  MetricReader,
  type MetricData as SdkMetric,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ExponentialBuckets, MetricData } from '../../otlp/metric-model.ts';
import { createReading, pointsOf } from './reading.fixture.ts';

const bounds = [0, 5, 10, 25, 50, 75, 100];

class ReaderOnDemand extends MetricReader {
  protected override async onShutdown() {}
  protected override async onForceFlush() {}
}

/** The same instruments in OpenTelemetry's SDK. */
function createSdk(temporality: 'cumulative' | 'delta') {
  const wanted = temporality === 'delta' ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE;
  const reader = new ReaderOnDemand({ aggregationTemporalitySelector: () => wanted });
  const provider = new MeterProvider({
    readers: [reader],
    views: [
      {
        instrumentName: 'wait',
        aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: bounds } },
      },
      {
        instrumentName: 'size',
        instrumentType: InstrumentType.HISTOGRAM,
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
    ],
  });
  const meter = provider.getMeter('test');
  return {
    done: meter.createCounter('done_total'),
    wait: meter.createHistogram('wait'),
    size: meter.createHistogram('size'),
    async read(): Promise<ReadonlyMap<string, SdkMetric>> {
      const { resourceMetrics } = await reader.collect();
      return new Map(
        resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics).map((one) => [one.descriptor.name, one]),
      );
    },
  };
}

type Point = Readonly<Record<string, unknown>>;

/** Sorted by their labels; what the SDK does not say is left out. */
function ofSdk(metric: SdkMetric | undefined): readonly Point[] {
  if (metric === undefined || metric.dataPointType === DataPointType.EXPONENTIAL_HISTOGRAM) return [];
  const points = metric.dataPoints.map(({ attributes, value }): Point => {
    if (typeof value === 'number') return { item: attributes['item'], value };
    const { count, sum, buckets } = value as {
      count: number;
      sum: number;
      buckets: { counts: number[]; boundaries: number[] };
    };
    return { item: attributes['item'], count, sum, counts: buckets.counts, bounds: buckets.boundaries };
  });
  return sorted(points);
}

function ofOurs(metric: MetricData | undefined): readonly Point[] {
  if (metric?.kind === 'sum')
    return sorted(metric.points.map(({ attributes, value }) => ({ item: attributes['item'], value })));
  if (metric?.kind !== 'histogram') return [];
  return sorted(
    metric.points.map(({ attributes, count, sum, bucketCounts, explicitBounds }) => ({
      item: attributes['item'],
      count,
      sum,
      counts: bucketCounts,
      bounds: explicitBounds,
    })),
  );
}

const sorted = (points: readonly Point[]): readonly Point[] =>
  points.toSorted((a, b) => (String(a['item']) < String(b['item']) ? -1 : 1));

const observation = fc.record({
  item: fc.constantFrom('a', 'b', 'c'),
  // Whole numbers, so that sums do not depend on the order of adding.
  value: fc.integer({ min: 0, max: 120 }),
  kind: fc.constantFrom('done', 'wait', 'size', 'read'),
});

test.each(['cumulative', 'delta'] as const)(
  'the same observations give the same %s sums and histograms as the SDK',
  async (temporality) => {
    await fc.assert(
      fc.asyncProperty(fc.array(observation, { maxLength: 80 }), async (observations) => {
        const sdk = createSdk(temporality);
        const { registry, readAfter } = createReading({ temporality });
        const labels = { item: { limit: 5 } };
        const done = registry.counter({ name: 'done_total', help: 'h', labels });
        const wait = registry.histogram({ name: 'wait', help: 'h', labels, buckets: bounds });
        for (const { kind, item, value } of [...observations, { kind: 'read', item: 'a', value: 0 }]) {
          if (kind === 'done' && value > 0) {
            sdk.done.add(value, { item });
            done.inc({ item }, value);
          } else if (kind === 'wait') {
            sdk.wait.record(value, { item });
            wait.observe({ item }, value);
          } else if (kind === 'read') {
            const [theirs, ours] = [await sdk.read(), await readAfter(1_000)];
            for (const name of ['done_total', 'wait']) expect(ofOurs(ours.get(name))).toEqual(ofSdk(theirs.get(name)));
          }
        }
      }),
      { numRuns: 60 },
    );
  },
);

interface SdkExponential {
  readonly count: number;
  readonly sum: number;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: { readonly offset: number; readonly bucketCounts: readonly number[] };
}

/** Counts by the bucket's number at a coarser scale. */
function atScale({ offset, counts }: ExponentialBuckets, steps: number): Readonly<Record<number, number>> {
  const byIndex: Record<number, number> = {};
  for (const [i, count] of counts.entries()) {
    const index = (offset + i) >> steps;
    if (count > 0) byIndex[index] = (byIndex[index] ?? 0) + count;
  }
  return byIndex;
}

// The SDK rounds a logarithm, so a value within a few units of the last place of a bucket's bound may fall on the wrong side
// of it; ours compares with the bound. Whole numbers and their inverses keep away from all bounds but the powers of two,
// which the SDK treats apart.
const positive = fc.oneof(
  fc.integer({ min: 1, max: 1_000_000 }),
  fc.integer({ min: 1, max: 100_000 }).map((value) => 1 / value),
  fc.constant(0),
);

test.each(['cumulative', 'delta'] as const)(
  'exponential buckets are the SDK’s, merged to the coarser scale of both (%s): it begins finer and keeps to 160 places, ours at 2^(1/8)',
  async (temporality) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(positive, { minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 3 }),
        async (rounds) => {
          const sdk = createSdk(temporality);
          const { registry, readAfter } = createReading({ temporality });
          const size = registry.histogram({ name: 'size', help: 'h', native: true });
          for (const values of rounds) {
            for (const value of values) {
              sdk.size.record(value);
              size.observe(value);
            }
            const theirs = (await sdk.read()).get('size')?.dataPoints[0]?.value as unknown as SdkExponential;
            const [ours] = pointsOf(await readAfter(1_000), 'size', 'exponential_histogram');
            if (ours === undefined) throw new Error('no point');
            expect([ours.count, ours.zeroCount]).toEqual([theirs.count, theirs.zeroCount]);
            expect(ours.sum).toBeCloseTo(theirs.sum, 6);
            const scale = Math.min(ours.scale, theirs.scale);
            const { offset, bucketCounts: counts } = theirs.positive;
            expect(atScale(ours.positive, ours.scale - scale)).toEqual(
              atScale({ offset, counts }, theirs.scale - scale),
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  },
);
