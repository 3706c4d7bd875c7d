import { expect, test } from 'vitest';
import { createRegistry } from './registry.ts';

const labels = { item: { limit: 10 }, state: ['a', 'b'] } as const;

test('a counter without labels is shown at 0 and grows', () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h' });
  expect(registry.value('done_total')).toBe(0);
  done.inc();
  done.inc(2.5);
  expect(registry.value('done_total')).toBe(3.5);
});

test('a labelled counter shows a series from its first increment or its handle', () => {
  const registry = createRegistry();
  const done = registry.counter({ name: 'done_total', help: 'h', labels });
  expect(registry.samples()).toEqual([]);
  done.inc({ item: 'x', state: 'a' }, 2);
  const bound = done.with({ item: 'x', state: 'b' });
  expect(registry.value('done_total', { state: 'b' })).toBe(0);
  bound.inc();
  expect(registry.value('done_total', { item: 'x' })).toBe(3);
});

test.each([Number.NaN, -1, -Number.MIN_VALUE, Number.POSITIVE_INFINITY, '5', 5n, null, {}])(
  'a counter ignores %s and counts the loss',
  (amount) => {
    const registry = createRegistry();
    const done = registry.counter({ name: 'done_total', help: 'h' });
    const byItem = registry.counter({ name: 'by_item_total', help: 'h', labels });
    done.inc(amount as number);
    byItem.inc({ item: 'x', state: 'a' }, amount as number);
    byItem.with({ item: 'x', state: 'a' }).inc(amount as number);
    expect(registry.value('done_total')).toBe(0);
    expect(registry.value('by_item_total')).toBe(0);
    expect(registry.value('telemetry_dropped_total', { signal: 'metrics', reason: 'invalid_value' })).toBe(3);
  },
);

test('a gauge is absent until it is written and goes with remove', () => {
  const registry = createRegistry();
  const depth = registry.gauge({ name: 'depth', help: 'h' });
  expect(registry.value('depth')).toBeUndefined();
  depth.set(3);
  depth.inc();
  depth.dec(2);
  expect(registry.value('depth')).toBe(2);
  depth.remove();
  expect(registry.value('depth')).toBeUndefined();
  depth.inc();
  expect(registry.value('depth')).toBe(1);
});

test('a labelled gauge sets, moves and removes one series', () => {
  const registry = createRegistry();
  const depth = registry.gauge({ name: 'depth', help: 'h', labels });
  depth.set({ item: 'x', state: 'a' }, 3);
  depth.set({ item: 'y', state: 'a' }, 4);
  depth.inc({ item: 'x', state: 'a' });
  depth.dec({ item: 'x', state: 'a' }, 2);
  expect(registry.value('depth', { item: 'x' })).toBe(2);
  depth.remove({ item: 'x', state: 'a' });
  depth.remove({ item: 'never', state: 'a' });
  expect(registry.samples().map((sample) => sample.value)).toEqual([4]);
});

test('a gauge handle held over a removal does not write into the series that took its place', () => {
  const registry = createRegistry();
  const depth = registry.gauge({ name: 'depth', help: 'h', labels: { item: { limit: 1 } } });
  const old = depth.with({ item: 'old' });
  old.set(1);
  depth.remove({ item: 'old' });
  depth.set({ item: 'new' }, 2);
  old.remove();
  expect(registry.value('depth', { item: 'new' })).toBe(2);
  depth.remove({ item: 'new' });
  old.set(5);
  expect(registry.samples().map(({ labels: of, value }) => [of['item'], value])).toEqual([['old', 5]]);
});

test('a gauge handle keeps the labels it was made with', () => {
  const registry = createRegistry();
  const depth = registry.gauge({ name: 'depth', help: 'h', labels: { item: { limit: 5 } } });
  const mutable = { item: 'x' };
  const handle = depth.with(mutable);
  mutable.item = 'y';
  handle.set(1);
  expect(registry.value('depth', { item: 'x' })).toBe(1);
});

test('a gauge takes NaN and infinities, but nothing that is not a number', () => {
  const registry = createRegistry();
  const depth = registry.gauge({ name: 'depth', help: 'h' });
  depth.set(Number.NaN);
  expect(registry.value('depth')).toBeNaN();
  depth.set(Number.NEGATIVE_INFINITY);
  depth.set('7' as unknown as number);
  depth.inc(Symbol('s') as unknown as number);
  depth.dec(7n as unknown as number);
  expect(registry.value('depth')).toBe(Number.NEGATIVE_INFINITY);
  expect(registry.value('telemetry_dropped_total')).toBe(3);
});

test('a histogram sorts values into buckets with inclusive upper bounds', () => {
  const registry = createRegistry();
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels, buckets: [0.1, 1, 10] });
  const handle = wait.with({ item: 'x', state: 'a' });
  for (const value of [0.1, 0.100001, 1, 10, 11, -5]) handle.observe(value);
  const at = (le: string) => registry.value('wait_seconds_bucket', { le });
  expect([at('0.1'), at('1.0'), at('10.0'), at('+Inf')]).toEqual([2, 4, 5, 6]);
  expect(registry.value('wait_seconds')).toBe(6);
  expect(registry.value('wait_seconds_sum')).toBeCloseTo(17.200001, 9);
});

test('histogram handles hold through growth of the metric', () => {
  const registry = createRegistry();
  const wait = registry.histogram({
    name: 'wait_seconds',
    help: 'h',
    labels: { item: { limit: 500 } },
    buckets: [1, 2],
  });
  const handles = Array.from({ length: 300 }, (_, i) => wait.with({ item: `i${i}` }));
  for (const [i, handle] of handles.entries()) handle.observe(i);
  for (const i of [0, 1, 4, 299]) expect(registry.value('wait_seconds_sum', { item: `i${i}` })).toBe(i);
  expect(registry.value('wait_seconds_count')).toBe(300);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, '1', undefined])(
  'a histogram ignores %s and counts the loss',
  (value) => {
    const registry = createRegistry();
    const wait = registry.histogram({ name: 'wait_seconds', help: 'h' });
    wait.observe(value as number);
    expect(registry.value('wait_seconds_count')).toBe(0);
    expect(registry.value('telemetry_dropped_total', { reason: 'invalid_value' })).toBe(1);
  },
);

const throwing = {
  get item(): string {
    throw new Error('no');
  },
  state: 'a',
} as const;

test.each([undefined, null, throwing, new Proxy({}, { get: () => Reflect.ownKeys(null as unknown as object) })])(
  'labels that cannot be read lose the sample, never the caller (%#)',
  (given) => {
    const registry = createRegistry();
    const bad = given as { item: string; state: 'a' };
    const done = registry.counter({ name: 'done_total', help: 'h', labels });
    const depth = registry.gauge({ name: 'depth', help: 'h', labels });
    const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels });
    done.inc(bad);
    done.with(bad).inc();
    depth.set(bad, 1);
    depth.remove(bad);
    wait.observe(bad, 1);
    wait.with(bad).observe(1);
    expect(registry.value('done_total')).toBeUndefined();
    expect(registry.value('telemetry_dropped_total', { reason: 'invalid_labels' })).toBeGreaterThanOrEqual(6);
    expect(() => depth.with(bad).set(1)).not.toThrow();
  },
);

test('removing by a label value that no series can have removes nothing', () => {
  const registry = createRegistry();
  const depth = registry.gauge({ name: 'depth', help: 'h', labels: { item: { limit: 1 } } });
  depth.set({ item: 'a' }, 1);
  depth.set({ item: 'beyond' }, 2);
  for (const bad of [{}, [], () => 1, Symbol('a'), 'x'.repeat(2000), 'beyond']) depth.remove({ item: bad as string });
  expect(registry.value('depth', { item: '__other__' })).toBe(2);
  depth.remove({ item: '__other__' });
  expect(registry.value('depth', { item: '__other__' })).toBeUndefined();
});

test('a gauge handle takes labels as a counter handle does: inherited ones count, unreadable ones are dropped', () => {
  const registry = createRegistry();
  const declaration = { help: 'h', labels: { item: { limit: 9 } } } as const;
  const depth = registry.gauge({ name: 'depth', ...declaration });
  class Labels {
    get item() {
      return 'inherited';
    }
  }
  const labels = { item: 'first' };
  const bound = depth.with(labels);
  labels.item = 'changed';
  bound.set(1);
  depth.with(new Labels()).set(2);
  expect(registry.value('depth', { item: 'first' })).toBe(1);
  expect(registry.value('depth', { item: 'inherited' })).toBe(2);
  const throwing = {
    get item(): string {
      throw new Error('no');
    },
  };
  for (const bad of [throwing, null]) {
    const lost = depth.with(bad as { item: string });
    lost.set(3);
    lost.inc();
    lost.dec();
    lost.remove();
  }
  expect(registry.value('depth', { item: '' })).toBeUndefined();
  expect(registry.value('telemetry_dropped_total', { reason: 'invalid_labels' })).toBe(8);
});
