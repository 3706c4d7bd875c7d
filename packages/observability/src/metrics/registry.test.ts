import { expect, test } from 'vitest';
import { createRegistry } from './registry.ts';
import type { MetricWarning } from './registry-hooks.ts';

const declaration = { name: 'done_total', help: 'h', labels: { item: { limit: 5 }, state: ['a'] } } as const;

test('declaring the same metric again gives the same one', () => {
  const registry = createRegistry();
  expect(registry.counter(structuredClone(declaration))).toBe(registry.counter(declaration));
  const wait = { name: 'wait_seconds', help: 'h', buckets: [1, 2] };
  expect(registry.histogram({ ...wait })).toBe(registry.histogram(wait));
  const depth = { name: 'depth', help: 'h', collect: () => {} };
  expect(registry.gauge({ ...depth })).toBe(registry.gauge(depth));
});

test('a removed metric is no longer shown, its handles do no harm, its name is free', () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h' });
  expect(registry.remove('done_total')).toBe(true);
  expect(registry.remove('done_total')).toBe(false);
  done.inc();
  expect(registry.samples()).toEqual([]);
  registry.gauge({ name: 'done', help: 'h' });
});

test('describe tells everything a reader of the docs needs', () => {
  const registry = createRegistry();
  registry.counter(declaration);
  registry.histogram({ name: 'wait_seconds', help: 'Waiting.', buckets: [1, 2] });
  expect(registry.describe()).toEqual([
    {
      name: 'done_total',
      type: 'counter',
      help: 'h',
      labels: [
        { name: 'item', limit: 5 },
        { name: 'state', values: ['a'] },
      ],
    },
    { name: 'wait_seconds', type: 'histogram', help: 'Waiting.', labels: [], unit: 'seconds', buckets: [1, 2] },
  ]);
});

test('buckets are overridden before and after declaration, also under handles already held', () => {
  const registry = createRegistry();
  const early = registry.histogram({ name: 'early_seconds', help: 'h', labels: { item: { limit: 5 } }, buckets: [1] });
  const handle = early.with({ item: 'x' });
  registry.overrideBuckets({ early_seconds: [1, 2, 3], late_seconds: [7] });
  registry.histogram({ name: 'late_seconds', help: 'h', buckets: [1] });
  handle.observe(2.5);
  early.observe({ item: 'y' }, 2.5);
  expect(registry.value('early_seconds_bucket', { le: '2.0' })).toBe(0);
  expect(registry.value('early_seconds_bucket', { le: '3.0' })).toBe(2);
  expect(registry.describe().map(({ buckets }) => buckets)).toEqual([[1, 2, 3], [7]]);
});

test('an overridden histogram can be declared again as it was', () => {
  const registry = createRegistry();
  const wait = { name: 'wait_seconds', help: 'h', buckets: [1] };
  const first = registry.histogram(wait);
  registry.overrideBuckets({ wait_seconds: [5] });
  expect(registry.histogram(wait)).toBe(first);
});

test('an override after the first observation is left out with a warning', () => {
  const warnings: MetricWarning[] = [];
  const registry = createRegistry({ onWarning: (warning) => warnings.push(warning) });
  registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1] }).observe(0.5);
  registry.overrideBuckets({ wait_seconds: [5] });
  expect(registry.value('wait_seconds_bucket', { le: '1.0' })).toBe(1);
  expect(warnings.map(({ code, metric }) => [code, metric])).toEqual([['buckets_late', 'wait_seconds']]);
});

test('a wrong override changes nothing', () => {
  const registry = createRegistry();
  registry.histogram({ name: 'good_seconds', help: 'h', buckets: [1] });
  expect(() => registry.overrideBuckets({ good_seconds: [2], bad_seconds: [] })).toThrow(
    expect.objectContaining({ code: 'OBS_METRIC_BUCKETS_INVALID' }),
  );
  expect(registry.describe()[0]?.buckets).toEqual([1]);
});

test('value sums over the series that carry the given labels and tells none from zero', () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { a: { limit: 5 }, b: { limit: 5 } } });
  done.inc({ a: '1', b: '1' }, 2);
  done.inc({ a: '1', b: '2' }, 3);
  expect(registry.value('done_total')).toBe(5);
  expect(registry.value('done_total', { a: '1', b: '2' })).toBe(3);
  expect(registry.value('done_total', { a: '9' })).toBeUndefined();
  expect(registry.value('unknown')).toBeUndefined();
});

test('reset takes counters and histograms to zero and gauges away, and handles go on', () => {
  const registry = createRegistry();
  const done = registry.counter(declaration).with({ item: 'x', state: 'a' });
  const depth = registry.gauge({ name: 'depth', help: 'h' });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h' });
  done.inc();
  depth.set(1);
  wait.observe(1);
  registry.reset();
  expect([registry.value('done_total'), registry.value('depth'), registry.value('wait_seconds_sum')]).toEqual([
    0,
    undefined,
    0,
  ]);
  done.inc();
  depth.set(2);
  expect([registry.value('done_total'), registry.value('depth')]).toEqual([1, 2]);
});
