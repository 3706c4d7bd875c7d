import client from 'prom-client';
import { expect, test } from 'vitest';
import type { AttachableRegistry } from '../../metrics/attached/attachable-registry.ts';
import { createReading, nano, pointsOf, startMs, valuesOf } from './reading.fixture.ts';

const second = 1_000;

function createAttached() {
  const reading = createReading();
  const foreign = new client.Registry();
  reading.registry.attach(foreign);
  return { ...reading, registers: [foreign] };
}

test('each kind of prom-client becomes its own, with the unit its name says', async () => {
  const { registers, readAfter } = createAttached();
  new client.Counter({ name: 'theirs_bytes_total', help: 'Bytes.', labelNames: ['a'], registers }).inc({ a: 'x' }, 3);
  new client.Gauge({ name: 'level', help: 'h', registers }).set(Number.NaN);
  new client.Histogram({ name: 'wait_seconds', help: 'h', labelNames: ['a'], buckets: [0.5, 1], registers }).observe(
    { a: 'x' },
    0.7,
  );
  new client.Summary({ name: 'size_bytes', help: 'h', percentiles: [0.9, 0.5], registers }).observe(7);
  const metrics = await readAfter(second);
  const times = { startTimeUnixNano: nano(startMs), timeUnixNano: nano(startMs + second), flags: 0 };
  expect(metrics.get('theirs_bytes_total')).toEqual({
    name: 'theirs_bytes_total',
    description: 'Bytes.',
    unit: 'By',
    kind: 'sum',
    temporality: 'cumulative',
    isMonotonic: true,
    points: [{ attributes: { a: 'x' }, ...times, value: 3, exemplars: [] }],
  });
  expect(valuesOf(metrics, 'level', 'gauge')).toEqual({ '': Number.NaN });
  expect(metrics.get('wait_seconds')).toMatchObject({
    unit: 's',
    kind: 'histogram',
    points: [
      { attributes: { a: 'x' }, ...times, count: 1, sum: 0.7, bucketCounts: [0, 1, 0], explicitBounds: [0.5, 1] },
    ],
  });
  expect(metrics.get('size_bytes')).toMatchObject({
    unit: 'By',
    kind: 'summary',
    points: [
      {
        ...times,
        count: 1,
        sum: 7,
        quantiles: [
          { quantile: 0.5, value: 7 },
          { quantile: 0.9, value: 7 },
        ],
      },
    ],
  });
});

test('a counter whose name lacks _total is a sum that may fall, so that nobody appends it', async () => {
  const { registers, readAfter } = createAttached();
  new client.Counter({ name: 'theirs', help: 'h', registers }).inc(3);
  expect((await readAfter(second)).get('theirs')).toMatchObject({
    kind: 'sum',
    isMonotonic: false,
    points: [{ value: 3 }],
  });
});

test('a series counts since it was first seen, anew after a reset, and ends when it is gone', async () => {
  const { registers, readAfter } = createAttached();
  const done = new client.Counter({ name: 'theirs_total', help: 'h', labelNames: ['a'], registers });
  const startOf = async (ms: number) =>
    pointsOf(await readAfter(ms), 'theirs_total', 'sum').map((point) => [
      point.attributes['a'],
      Number(point.startTimeUnixNano / 1_000_000n) - startMs,
      point.value,
    ]);
  done.inc({ a: 'x' }, 5);
  expect(await startOf(second)).toEqual([['x', 0, 5]]);
  done.inc({ a: 'y' }, 1);
  done.inc({ a: 'x' }, 1);
  expect(await startOf(second)).toEqual([
    ['x', 0, 6],
    ['y', second, 1],
  ]);
  done.remove({ a: 'y' });
  done.remove({ a: 'x' });
  done.inc({ a: 'x' }, 1);
  expect(await startOf(second)).toEqual([
    ['x', 2 * second, 1],
    ['y', -startMs, undefined],
  ]);
  registers[0]?.clear();
  expect(await startOf(second)).toEqual([['x', -startMs, undefined]]);
  expect((await readAfter(second)).has('theirs_total')).toBe(false);
});

test('a histogram that ended still says which buckets it had', async () => {
  const { registers, readAfter } = createAttached();
  const wait = new client.Histogram({ name: 'wait', help: 'h', labelNames: ['a'], buckets: [1, 2], registers });
  wait.observe({ a: 'x' }, 1);
  await readAfter(second);
  wait.remove({ a: 'x' });
  expect(pointsOf(await readAfter(second), 'wait', 'histogram')).toMatchObject([
    { flags: 1, count: 0, sum: undefined, explicitBounds: [1, 2], bucketCounts: [0, 0, 0] },
  ]);
});

test('an exemplar of theirs is told once, with its ids', async () => {
  const { registers, readAfter } = createAttached();
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  for (const registry of registers) registry.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE as never);
  const wait = new client.Histogram({ name: 'wait', help: 'h', buckets: [1], enableExemplars: true, registers });
  const exemplarLabels = { trace_id: traceId, span_id: 'b7ad6b7169203331', user: 'u' };
  wait.observe({ labels: {}, value: 0.5, exemplarLabels } as never);
  const read = async () => pointsOf(await readAfter(second), 'wait', 'histogram')[0]?.exemplars;
  expect(await read()).toMatchObject([
    { traceId, spanId: 'b7ad6b7169203331', filteredAttributes: { user: 'u' }, value: 0.5 },
  ]);
});

test.each([
  ['a counter below zero', { type: 'counter', name: 'odd_total', values: [{ value: -1, labels: {} }] }],
  ['a counter that is no number', { type: 'counter', name: 'odd_total', values: [{ value: Number.NaN, labels: {} }] }],
  [
    'an infinite counter',
    { type: 'counter', name: 'odd_total', values: [{ value: Number.POSITIVE_INFINITY, labels: {} }] },
  ],
  [
    'a histogram whose buckets fall',
    {
      type: 'histogram',
      name: 'odd',
      values: [
        { metricName: 'odd_bucket', value: 2, labels: { le: 1 } },
        { metricName: 'odd_bucket', value: 1, labels: { le: 2 } },
        { metricName: 'odd_count', value: 2, labels: {} },
      ],
    },
  ],
  [
    'a histogram without a count',
    { type: 'histogram', name: 'odd', values: [{ metricName: 'odd_sum', value: 2, labels: {} }] },
  ],
  [
    'a summary of half an observation',
    { type: 'summary', name: 'odd', values: [{ metricName: 'odd_count', value: 0.5, labels: {} }] },
  ],
  [
    'a series twice',
    {
      type: 'gauge',
      name: 'odd',
      values: [
        { value: 1, labels: {} },
        { value: 2, labels: {} },
      ],
    },
  ],
])('%s is left out and counted', async (_what, metric) => {
  const { registry, readAfter } = createReading();
  const foreign: AttachableRegistry = { getMetricsAsArray: () => [{ get: () => ({ help: 'h', ...metric }) }] };
  registry.attach(foreign);
  const metrics = await readAfter(second);
  const points = [...metrics.values()]
    .filter(({ name }) => name.startsWith('odd'))
    .flatMap(({ points }) => points.length);
  expect(points).toEqual(metric.type === 'gauge' ? [1] : []);
  expect(registry.value('telemetry_dropped_total', { reason: 'attached_invalid' })).toBe(1);
});

test('a label named like what all objects inherit is a label', async () => {
  const { registry, readAfter } = createReading();
  const values = [{ value: 1, labels: { ['__proto__']: 'a', constructor: 'b' } }];
  const metric = { get: () => ({ type: 'gauge', name: 'odd', help: '', values }) };
  registry.attach({ getMetricsAsArray: () => [metric] });
  const [point] = pointsOf(await readAfter(second), 'odd', 'gauge');
  expect(Object.entries(point?.attributes ?? {})).toEqual([
    ['__proto__', 'a'],
    ['constructor', 'b'],
  ]);
});
