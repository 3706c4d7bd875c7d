import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBoundText } from '../../metrics/exposition/number-text.ts';
import type { Sample } from '../../metrics/samples.ts';
import type { MetricData } from '../../otlp/metric-model.ts';
import { createReading } from './reading.fixture.ts';

const items = fc.constantFrom('a', 'b', 'c', 'd', 'e"\n', '');
const step = fc.oneof(
  fc.record({ kind: fc.constant('inc'), item: items, value: fc.integer({ min: 0, max: 9 }) }),
  fc.record({ kind: fc.constant('set'), item: items, value: fc.integer({ min: -9, max: 9 }) }),
  fc.record({ kind: fc.constant('remove'), item: items, value: fc.constant(0) }),
  fc.record({ kind: fc.constant('observe'), item: items, value: fc.integer({ min: -99, max: 99 }) }),
  fc.record({ kind: fc.constant('native'), item: items, value: fc.integer({ min: -99, max: 9999 }) }),
  fc.record({ kind: fc.constant('read'), item: items, value: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ kind: fc.constant('scrape'), item: items, value: fc.integer({ min: 1, max: 5 }) }),
);
interface Step {
  readonly kind: string;
  readonly item: string;
  readonly value: number;
}

const second = 1_000;

function createDriven(temporality: 'cumulative' | 'delta') {
  const reading = createReading({ temporality });
  const { registry } = reading;
  const aging = { help: 'h', labels: { item: { limit: 3 } }, expireAfterMs: 4 * second } as const;
  const done = registry.counter({ name: 'done_total', ...aging });
  const level = registry.gauge({ name: 'level', ...aging });
  const wait = registry.histogram({ name: 'wait', ...aging, buckets: [-1, 0, 10] });
  const size = registry.histogram({ name: 'size', ...aging, native: { maxBuckets: 6 } });
  const act = {
    inc: ({ item, value }: Step) => done.inc({ item }, value),
    set: ({ item, value }: Step) => level.set({ item }, value),
    remove: ({ item }: Step) => level.remove({ item }),
    observe: ({ item, value }: Step) => wait.observe({ item }, value),
    native: ({ item, value }: Step) => size.observe({ item }, value),
  };
  return { ...reading, act: (one: Step) => act[one.kind as keyof typeof act](one) };
}

const own = /^(done_total|level|wait|size)/;

/** Points as the samples they stand for. */
function toSamples(metrics: Iterable<MetricData>): readonly Sample[] {
  return [...metrics].flatMap((metric) =>
    metric.points.flatMap((point): Sample[] => {
      if (point.flags !== 0) return [];
      const labels = point.attributes as Record<string, string>;
      if ('value' in point) return [{ name: metric.name, labels, value: Number(point.value) }];
      const { count, sum = Number.NaN } = point;
      const totals = [
        { name: `${metric.name}_sum`, labels, value: sum },
        { name: `${metric.name}_count`, labels, value: count },
      ];
      if (!('bucketCounts' in point)) return totals;
      let cumulative = 0;
      const buckets = point.bucketCounts.map((inBucket, i) => {
        cumulative += inBucket;
        const le = toBoundText(point.explicitBounds[i] ?? Number.POSITIVE_INFINITY);
        return { name: `${metric.name}_bucket`, labels: { ...labels, le }, value: cumulative };
      });
      return [...buckets, ...totals];
    }),
  );
}

const byText = (samples: readonly Sample[]): readonly string[] =>
  samples.map((sample) => JSON.stringify(sample)).sort();

test('whatever was recorded, removed and expired: a read says what samples() says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { registry, act, readAfter, pass } = createDriven('cumulative');
      for (const one of [...steps, { kind: 'read', item: 'a', value: 1 }]) {
        if (one.kind === 'scrape') {
          pass(one.value * second);
          await registry.collect();
        } else if (one.kind === 'read') {
          const metrics = await readAfter(one.value * second);
          const read = toSamples([...metrics.values()].filter(({ name }) => own.test(name)));
          // Exponential histograms are told by their own buckets.
          const shown = registry.samples().filter(({ name }) => own.test(name) && name !== 'size_bucket');
          expect(byText(read)).toEqual(byText(shown));
        } else act(one);
      }
    }),
    { numRuns: 150 },
  );
});

test('what a reader of deltas told adds up to the totals, whatever expired meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { registry, act, readAfter, pass } = createDriven('delta');
      const told = new Map<string, number>();
      const add = (name: string, value: number) => told.set(name, (told.get(name) ?? 0) + value);
      for (const one of [...steps, ...['scrape', 'read', 'read'].map((kind) => ({ kind, item: 'a', value: 9 }))]) {
        if (one.kind === 'scrape') {
          pass(one.value * second);
          await registry.collect();
        } else if (one.kind === 'read') {
          const metrics = await readAfter(one.value * second);
          for (const { name, value, labels } of toSamples(metrics.values())) {
            if (name !== 'level') add(`${name}${labels['le'] ?? ''}`, value);
            // Nothing is taken back.
            if (name.endsWith('_count') || name.endsWith('_total')) expect(value).toBeGreaterThan(0);
          }
          const sizes = metrics.get('size');
          for (const point of sizes?.kind === 'exponential_histogram' ? sizes.points : []) {
            const counts = [...point.positive.counts, ...point.negative.counts, point.zeroCount];
            expect(counts.reduce((sum, count) => sum + count, 0)).toBe(point.count);
          }
        } else act(one);
      }
      for (const name of ['done_total', 'wait_count', 'wait_sum', 'size_count', 'size_sum']) {
        expect([name, told.get(name) ?? 0]).toEqual([name, registry.value(name) ?? 0]);
      }
      for (const le of ['-1.0', '0.0', '10.0', '+Inf']) {
        expect(told.get(`wait_bucket${le}`) ?? 0).toBe(registry.value('wait_bucket', { le }) ?? 0);
      }
    }),
    { numRuns: 150 },
  );
});

test('in totals no sum over all series ever falls, and a series that does so began anew', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { registry, act, readAfter, pass } = createDriven('cumulative');
      let lastTotal = 0;
      const last = new Map<string, { readonly value: number; readonly start: bigint }>();
      for (const one of steps) {
        if (one.kind === 'scrape') {
          pass(one.value * second);
          await registry.collect();
        } else if (one.kind !== 'read') act(one);
        else {
          const metric = (await readAfter(one.value * second)).get('done_total');
          const points = metric?.kind === 'sum' ? metric.points.filter(({ flags }) => flags === 0) : [];
          const total = points.reduce((sum, { value }) => sum + Number(value), 0);
          expect(total).toBeGreaterThanOrEqual(lastTotal);
          lastTotal = total;
          for (const { attributes, value, startTimeUnixNano: start } of points) {
            const item = String(attributes['item']);
            const before = last.get(item);
            if (before !== undefined && Number(value) < before.value) expect(start).toBeGreaterThan(before.start);
            if (before !== undefined && start === before.start)
              expect(Number(value)).toBeGreaterThanOrEqual(before.value);
            last.set(item, { value: Number(value), start });
          }
        }
      }
    }),
    { numRuns: 150 },
  );
});
