import client from 'prom-client';
import { expect, test } from 'vitest';
import { createReading, nano, pointsOf, startMs, valuesOf } from './reading.fixture.ts';

const labels = { item: { limit: 10 } } as const;
const second = 1_000;

test('counters and histograms tell what came since the read before, what did not change is left out', async () => {
  const { registry, readAfter } = createReading({ temporality: 'delta' });
  const done = registry.counter({ name: 'done_total', help: 'h', labels });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1] });
  const level = registry.gauge({ name: 'level', help: 'h' });
  level.set(3);
  done.inc({ item: 'a' }, 2);
  done.inc({ item: 'b' }, 7);
  wait.observe(0.5);
  const first = await readAfter(second);
  expect(first.get('done_total')).toMatchObject({ temporality: 'delta', isMonotonic: true });
  expect(valuesOf(first, 'done_total', 'sum')).toEqual({ a: 2, b: 7 });
  expect(pointsOf(first, 'done_total', 'sum')[0]).toMatchObject({
    startTimeUnixNano: nano(startMs),
    timeUnixNano: nano(startMs + second),
  });
  done.inc({ item: 'a' });
  wait.observe(2);
  const next = await readAfter(second);
  expect(pointsOf(next, 'done_total', 'sum')).toMatchObject([
    { attributes: { item: 'a' }, value: 1, startTimeUnixNano: nano(startMs + second) },
  ]);
  expect(pointsOf(next, 'wait_seconds', 'histogram')).toMatchObject([{ count: 1, sum: 2, bucketCounts: [0, 1] }]);
  const last = await readAfter(second);
  expect([...last.keys()]).not.toContain('done_total');
  expect([...last.keys()]).not.toContain('wait_seconds');
  expect(valuesOf(last, 'level', 'gauge')).toEqual({ '': 3 });
});

test('exponential buckets tell what came since, also after the series took to coarser ones', async () => {
  const { registry, readAfter } = createReading({ temporality: 'delta' });
  const size = registry.histogram({ name: 'size', help: 'h', native: { maxBuckets: 4 } });
  for (const value of [1, 2, -2, 0]) size.observe(value);
  await readAfter(second);
  for (const value of [2, 2 ** 8, 2 ** 16, 0]) size.observe(value);
  const [point] = pointsOf(await readAfter(second), 'size', 'exponential_histogram');
  expect(point).toMatchObject({ count: 4, sum: 2 + 2 ** 8 + 2 ** 16, zeroCount: 1, negative: { counts: [] } });
  expect(point?.positive.counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  expect(point?.scale).toBeLessThan(3);
});

test('what an expired series had told is not told again by __other__', async () => {
  const { registry, readAfter } = createReading({ temporality: 'delta' });
  const done = registry.counter({ name: 'done_total', help: 'h', labels, expireAfterMs: 2 * second });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels, native: true, expireAfterMs: 2 * second });
  done.inc({ item: 'old' }, 5);
  wait.observe({ item: 'old' }, 4);
  await readAfter(second);
  done.inc({ item: 'old' }, 2);
  // Seen by a scrape alone, and gone before the next read.
  await registry.collect();
  const expired = await readAfter(2 * second);
  expect(valuesOf(expired, 'done_total', 'sum')).toEqual({ __other__: 2 });
  expect(expired.has('wait_seconds')).toBe(false);
  done.inc({ item: 'old' }, 1);
  expect(valuesOf(await readAfter(second), 'done_total', 'sum')).toEqual({ old: 1 });
  expect(registry.value('done_total')).toBe(8);
});

test('a reset begins anew, whatever had been told', async () => {
  const { registry, readAfter } = createReading({ temporality: 'delta' });
  const done = registry.counter({ name: 'done_total', help: 'h' });
  done.inc(3);
  await readAfter(second);
  registry.reset();
  done.inc(5);
  expect(valuesOf(await readAfter(second), 'done_total', 'sum')).toEqual({ '': 5 });
});

test('what a metric counted while its collector failed comes with the first read after, from the last one it was in', async () => {
  const { registry, readAfter } = createReading({ temporality: 'delta' });
  let isBroken = false;
  const done = registry.counter({ name: 'done_total', help: 'h' });
  registry.addCollector({
    name: 'done',
    metrics: ['done_total'],
    collect() {
      done.inc();
      if (isBroken) throw new Error('broken');
    },
  });
  await readAfter(second);
  isBroken = true;
  expect((await readAfter(second)).has('done_total')).toBe(false);
  isBroken = false;
  expect(pointsOf(await readAfter(second), 'done_total', 'sum')).toMatchObject([
    { value: 2, startTimeUnixNano: nano(startMs + second) },
  ]);
});

test.each([
  ['delta', 'delta', 1],
  ['lowmemory', 'cumulative', 3],
] as const)('with %s, what an attached registry counted is %s', async (temporality, theirs, value) => {
  const { registry, readAfter } = createReading({ temporality });
  const foreign = new client.Registry();
  const done = new client.Counter({ name: 'theirs_total', help: 'h', registers: [foreign] });
  const wait = new client.Histogram({ name: 'their_wait', help: 'h', buckets: [1], registers: [foreign] });
  registry.attach(foreign);
  const ours = registry.counter({ name: 'ours_total', help: 'h' });
  done.inc(2);
  wait.observe(2);
  ours.inc(2);
  await readAfter(second);
  done.inc(1);
  wait.observe(0.5);
  ours.inc(1);
  const metrics = await readAfter(second);
  expect(valuesOf(metrics, 'ours_total', 'sum')).toEqual({ '': 1 });
  expect(valuesOf(metrics, 'theirs_total', 'sum')).toEqual({ '': value });
  expect(metrics.get('theirs_total')).toMatchObject({ temporality: theirs });
  expect(pointsOf(metrics, 'their_wait', 'histogram')).toMatchObject([
    theirs === 'delta' ? { count: 1, sum: 0.5, bucketCounts: [1, 0] } : { count: 2, sum: 2.5, bucketCounts: [1, 1] },
  ]);
});
