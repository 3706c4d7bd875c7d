import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createMetricReader } from './metric-reader.ts';
import { byName, createReading, nano, pointsOf, startMs, valuesOf } from './reading.fixture.ts';
import { countPoints } from './split-metrics.ts';

const labels = { item: { limit: 10 } } as const;
const second = 1_000;

test('a counter is a monotonic sum under its own name, with its unit', async () => {
  const { registry, readAfter } = createReading();
  registry.counter({ name: 'sent_bytes_total', help: 'Bytes sent.', labels }).inc({ item: 'a' }, 3);
  const metrics = await readAfter(second);
  expect(metrics.get('sent_bytes_total')).toEqual({
    name: 'sent_bytes_total',
    description: 'Bytes sent.',
    unit: 'By',
    kind: 'sum',
    temporality: 'cumulative',
    isMonotonic: true,
    points: [
      {
        attributes: { item: 'a' },
        startTimeUnixNano: nano(startMs),
        timeUnixNano: nano(startMs + second),
        flags: 0,
        value: 3,
        exemplars: [],
      },
    ],
  });
});

test('a gauge has no start, and may be any number', async () => {
  const { registry, readAfter } = createReading();
  const level = registry.gauge({ name: 'level', help: 'h', labels });
  for (const [item, value] of [
    ['a', Number.NaN],
    ['b', Number.NEGATIVE_INFINITY],
    ['c', -0],
  ] as const) {
    level.set({ item }, value);
  }
  const metrics = await readAfter(second);
  expect(valuesOf(metrics, 'level', 'gauge')).toEqual({ a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: -0 });
  expect(pointsOf(metrics, 'level', 'gauge').map((point) => point.startTimeUnixNano)).toEqual([0n, 0n, 0n]);
});

test('a histogram has each bucket on its own, the last one above all bounds', async () => {
  const { registry, readAfter } = createReading();
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1, 2] });
  for (const value of [0.5, 1, 1.5, 9]) wait.observe(value);
  const metrics = await readAfter(second);
  expect(pointsOf(metrics, 'wait_seconds', 'histogram')).toMatchObject([
    { count: 4, sum: 12, bucketCounts: [2, 1, 1], explicitBounds: [1, 2], min: undefined, max: undefined },
  ]);
});

test('a histogram with exponential buckets is sent with those alone, and with none of them before its first observation', async () => {
  const { registry, readAfter } = createReading();
  const size = registry.histogram({ name: 'size', help: 'h', labels, native: true, buckets: [1, 2] });
  registry.histogram({ name: 'idle', help: 'h', native: true });
  for (const value of [1, 2, 2, 0, -4]) size.observe({ item: 'a' }, value);
  const metrics = await readAfter(second);
  expect(pointsOf(metrics, 'size', 'exponential_histogram')).toMatchObject([
    {
      count: 5,
      sum: 1,
      scale: 3,
      zeroCount: 1,
      positive: { offset: -1, counts: [1, 0, 0, 0, 0, 0, 0, 0, 2] },
      negative: { offset: 15, counts: [1] },
    },
  ]);
  const none = { offset: 0, counts: [] };
  expect(pointsOf(metrics, 'idle', 'exponential_histogram')).toMatchObject([
    { count: 0, scale: 3, zeroCount: 0, positive: none, negative: none },
  ]);
  expect(metrics.has('size_bucket')).toBe(false);
});

test('where exponential buckets are not wanted, the declared ones are sent', async () => {
  const { registry, readAfter } = createReading({ exponential: false });
  registry.histogram({ name: 'size', help: 'h', native: true, buckets: [1, 2] }).observe(2);
  expect(pointsOf(await readAfter(second), 'size', 'histogram')).toMatchObject([{ count: 1, bucketCounts: [0, 1, 0] }]);
});

test('a series counts since the start of the process, or since the last read before it was there', async () => {
  const { registry, readAfter } = createReading();
  const done = registry.counter({ name: 'done_total', help: 'h', labels });
  done.inc({ item: 'first' });
  await readAfter(second);
  done.inc({ item: 'second' });
  registry.counter({ name: 'late_total', help: 'h' }).inc();
  for (let read = 2; read < 5; read++) {
    const metrics = await readAfter(second);
    const starts = pointsOf(metrics, 'done_total', 'sum').map((point) => point.startTimeUnixNano);
    expect(starts).toEqual([nano(startMs), nano(startMs + second)]);
    expect(pointsOf(metrics, 'late_total', 'sum')[0]?.startTimeUnixNano).toBe(nano(startMs + second));
  }
});

test('after a reset all series start anew, though one may have grown beyond what it was', async () => {
  const { registry, readAfter } = createReading();
  const done = registry.counter({ name: 'done_total', help: 'h' });
  done.inc(1);
  await readAfter(second);
  registry.reset();
  done.inc(5);
  expect(pointsOf(await readAfter(second), 'done_total', 'sum')).toMatchObject([
    { value: 5, startTimeUnixNano: nano(startMs + second) },
  ]);
});

test('a clock that was set back, or stands, makes no point that is older than one before', async () => {
  const { registry, readAfter } = createReading();
  registry.counter({ name: 'done_total', help: 'h' }).inc();
  const times: (bigint | undefined)[] = [];
  for (const ms of [second, -60 * second, 0, 0]) {
    times.push(pointsOf(await readAfter(ms), 'done_total', 'sum')[0]?.timeUnixNano);
  }
  expect(times).toEqual([0, 1, 2, 3].map((more) => nano(startMs + second + more)));
});

test('a gauge that was removed is told of once more, without a value', async () => {
  const { registry, readAfter } = createReading();
  const level = registry.gauge({ name: 'level', help: 'h', labels });
  for (const item of ['a', 'b']) level.set({ item }, 1);
  await readAfter(second);
  level.remove({ item: 'a' });
  const points = pointsOf(await readAfter(second), 'level', 'gauge');
  expect(points.map(({ attributes, flags, value }) => [attributes['item'], flags, value])).toEqual([
    ['a', 1, undefined],
    ['b', 0, 1],
  ]);
  expect(valuesOf(await readAfter(second), 'level', 'gauge')).toEqual({ b: 1 });
});

test('a gauge that came back before anybody looked has not ended, wherever it is kept now', async () => {
  const { registry, readAfter } = createReading();
  const level = registry.gauge({ name: 'level', help: 'h', labels });
  for (const item of ['a', 'b']) level.set({ item }, 1);
  await readAfter(second);
  for (const item of ['a', 'b']) level.remove({ item });
  for (const item of ['c', 'b', 'a']) level.set({ item }, 2);
  const points = pointsOf(await readAfter(second), 'level', 'gauge');
  expect(points.map(({ attributes, flags }) => [attributes['item'], flags]).sort()).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 0],
  ]);
});

test('a series that expired is told of once more, its amount goes on in __other__', async () => {
  const { registry, readAfter } = createReading();
  const done = registry.counter({ name: 'done_total', help: 'h', labels, expireAfterMs: 3 * second });
  done.inc({ item: 'old' }, 5);
  done.inc({ item: 'busy' });
  await readAfter(second);
  await readAfter(second);
  done.inc({ item: 'busy' });
  await readAfter(second);
  const points = pointsOf(await readAfter(second), 'done_total', 'sum');
  expect(points.map(({ attributes, flags, value }) => [attributes['item'], flags, value])).toEqual([
    ['old', 1, undefined],
    ['busy', 0, 2],
    ['__other__', 0, 5],
  ]);
  expect(points[2]?.startTimeUnixNano).toBe(nano(startMs + 3 * second));
  expect(valuesOf(await readAfter(second), 'done_total', 'sum')).toEqual({ busy: 2, __other__: 5 });
});

test('a metric that was removed, or whose collector failed, ends; when it is back it counts since its start', async () => {
  const { registry, readAfter } = createReading();
  let isBroken = false;
  const depth = registry.counter({ name: 'depth_total', help: 'h', labels });
  registry.addCollector({
    name: 'depth',
    metrics: ['depth_total'],
    collect() {
      if (isBroken) throw new Error('broken');
      depth.inc({ item: 'a' });
    },
  });
  registry.gauge({ name: 'level', help: 'h' }).set(1);
  await readAfter(second);
  isBroken = true;
  registry.remove('level');
  const ended = await readAfter(second);
  expect(pointsOf(ended, 'depth_total', 'sum')).toMatchObject([
    { attributes: { item: 'a' }, flags: 1, value: undefined },
  ]);
  expect(pointsOf(ended, 'level', 'gauge')).toMatchObject([{ flags: 1 }]);
  expect((await readAfter(second)).has('level')).toBe(false);
  isBroken = false;
  expect(pointsOf(await readAfter(second), 'depth_total', 'sum')).toMatchObject([
    { flags: 0, value: 2, startTimeUnixNano: nano(startMs) },
  ]);
});

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

test('exemplars come with their ids and time, once', async () => {
  const { registry, readAfter, pass } = createReading({}, { activeExemplar: () => ({ traceId, spanId }) });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1, 2] });
  pass(10);
  wait.observe(0.5);
  wait.observe(9);
  const metrics = await readAfter(second);
  const at = { timeUnixNano: nano(startMs + 10), traceId, spanId, filteredAttributes: {} };
  expect(pointsOf(metrics, 'wait_seconds', 'histogram')[0]?.exemplars).toEqual([
    { ...at, value: 0.5 },
    { ...at, value: 9 },
  ]);
  wait.observe(1.5);
  pass(1);
  wait.observe(1.6);
  const next = pointsOf(await readAfter(second), 'wait_seconds', 'histogram')[0];
  expect(next?.exemplars.map(({ value }) => value)).toEqual([1.6]);
  expect(next?.count).toBe(4);
});

test('ids that are none of a trace are labels of the exemplar, what is no id at all leaves it out', async () => {
  let ids = { traceId: 'ab', spanId: 'cd' };
  const { registry, readAfter, pass } = createReading({}, { activeExemplar: () => ids });
  const done = registry.counter({ name: 'done_total', help: 'h', exemplars: true });
  pass(1);
  done.inc();
  expect(pointsOf(await readAfter(second), 'done_total', 'sum')[0]?.exemplars).toMatchObject([
    { traceId: '', spanId: '', filteredAttributes: { trace_id: 'ab', span_id: 'cd' } },
  ]);
  ids = { traceId: 'no id"', spanId: 'x' };
  pass(1);
  done.inc();
  expect(pointsOf(await readAfter(second), 'done_total', 'sum')[0]?.exemplars).toEqual([]);
});

test('a thousand numbers are a piece, and other work gets its turns between', async () => {
  const { registry, reader } = createReading();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 20_000 } } });
  for (let i = 0; i < 20_000; i++) done.inc({ item: `i${i}` });
  let turns = 0;
  let isOver = false;
  void (async () => {
    while (!isOver) {
      turns += 1;
      await nextTurn();
    }
  })();
  const sizes: number[] = [];
  for await (const piece of reader.pieces()) sizes.push(countPoints([piece]));
  isOver = true;
  expect(sizes.slice(0, 20)).toEqual(new Array(20).fill(1_000));
  expect(turns).toBeGreaterThan(3);
});

test('no series expires while a reader holds the registry, and a second read waits for the first', async () => {
  const { registry, reader, pass } = createReading({ temporality: 'delta' });
  const done = registry.counter({ name: 'done_total', help: 'h', labels, expireAfterMs: second });
  done.inc({ item: 'old' }, 5);
  await registry.collect();
  pass(2 * second);
  const pieces = reader.pieces();
  await registry.collect();
  const first = await pieces.next();
  const later = reader.read();
  await registry.collect();
  expect(first.value === undefined ? undefined : byName([first.value]).get('done_total')?.points).toHaveLength(1);
  expect((await pieces.next()).done).toBe(true);
  expect(byName(await later).has('done_total')).toBe(false);
});

test('what is no registry of ours is refused when the reader is made', () => {
  const registry = {} as Parameters<typeof createMetricReader>[0]['registry'];
  const options = { temporality: 'cumulative', resource: { attributes: {} }, now: Date.now } as const;
  expect(() => createMetricReader({ registry, ...options })).toThrow(TypeError);
});
