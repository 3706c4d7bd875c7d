import { afterEach, expect, test, vi } from 'vitest';
import type { Gauge } from './instruments.ts';
import { createRegistry } from './registry.ts';
import type { MetricWarning } from './registry-hooks.ts';

afterEach(() => {
  vi.useRealTimers();
});

const errors = (registry: ReturnType<typeof createRegistry>, collector: string) =>
  registry.value('metrics_collector_errors_total', { collector });

test('a gauge with collect is brought up to date at each output', async () => {
  const registry = createRegistry();
  let reading = 0;
  const depth: Gauge = registry.gauge({
    name: 'depth',
    help: 'h',
    collect() {
      reading += 1;
      depth.set(reading);
    },
  });
  expect(await registry.render()).toContain('depth 1\n');
  expect(await registry.render()).toContain('depth 2\n');
});

test.each([
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
  ['rejects', () => Promise.reject(new Error('broken'))],
  [
    'throws no error',
    () => {
      throw undefined;
    },
  ],
] as const)('a collector that %s costs its own metrics only, and is counted', async (_how, collect) => {
  const warnings: MetricWarning[] = [];
  const registry = createRegistry({ onWarning: (warning) => warnings.push(warning) });
  registry.counter({ name: 'fine_total', help: 'h' }).inc();
  const bad = registry.gauge({ name: 'bad', help: 'h' });
  const worse = registry.gauge({ name: 'worse', help: 'h' });
  bad.set(1);
  worse.set(1);
  registry.addCollector({ name: 'broken', metrics: ['bad', 'worse'], collect });
  for (let scrape = 1; scrape <= 2; scrape++) {
    const text = await registry.render();
    expect(text).toContain('fine_total 1\n');
    expect(text).not.toMatch(/^(bad|worse)/m);
    expect(errors(registry, 'broken')).toBe(scrape);
  }
  expect(warnings.map(({ code, metric }) => [code, metric])).toEqual([['collector_failed', 'broken']]);
});

test('a hanging collector is cut off at the deadline, not waited for again, and joined when it ends', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const registry = createRegistry();
  const slow = registry.gauge({ name: 'slow', help: 'h' });
  let runs = 0;
  let finish = () => {};
  registry.addCollector({
    name: 'slow',
    metrics: ['slow'],
    collect() {
      runs += 1;
      return new Promise<void>((resolve) => {
        finish = resolve;
      });
    },
  });
  slow.set(1);
  const first = registry.collect(500);
  await vi.advanceTimersByTimeAsync(500);
  expect(await first).toEqual(new Set(['slow']));
  expect(await registry.collect(500)).toEqual(new Set(['slow']));
  expect(errors(registry, 'slow')).toBe(2);
  expect(runs).toBe(1);
  finish();
  await vi.advanceTimersByTimeAsync(0);
  const third = registry.collect(500);
  finish();
  expect(await third).toEqual(new Set());
  expect(runs).toBe(2);
});

test('two outputs at once share one run of a collector', async () => {
  const registry = createRegistry();
  let runs = 0;
  const count = () => {
    runs += 1;
  };
  registry.addCollector({ name: 'shared', metrics: [], collect: async () => count() });
  await Promise.all([registry.render(), registry.render()]);
  expect(runs).toBe(1);
  await registry.render();
  expect(runs).toBe(2);
});

test('each run is timed', async () => {
  const registry = createRegistry();
  registry.addCollector({ name: 'quick', metrics: [], collect: () => {} });
  await registry.render();
  expect(registry.value('metrics_collector_duration_seconds', { collector: 'quick' })).toBeGreaterThanOrEqual(0);
  expect(registry.value('metrics_scrape_duration_seconds_count')).toBe(1);
});

test('a collector name is taken once and free again after removal', () => {
  const registry = createRegistry();
  const collector = { name: 'one', metrics: [], collect: () => {} };
  const remove = registry.addCollector(collector);
  expect(() => registry.addCollector(collector)).toThrow(
    expect.objectContaining({ code: 'OBS_METRIC_COLLECTOR_CONFLICT' }),
  );
  remove();
  registry.addCollector(collector);
  remove();
  expect(() => registry.addCollector(collector)).toThrow();
});

test('a removed gauge is no longer collected', async () => {
  const registry = createRegistry();
  let runs = 0;
  const count = () => {
    runs += 1;
  };
  registry.gauge({ name: 'depth', help: 'h', collect: count });
  registry.remove('depth');
  await registry.render();
  expect(runs).toBe(0);
});

test('a run that ends after its deadline still tells how long it took', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  const registry = createRegistry();
  registry.addCollector({
    name: 'late',
    metrics: [],
    collect: () => new Promise<void>((resolve) => setTimeout(resolve, 3000)),
  });
  const first = registry.collect(500);
  await vi.advanceTimersByTimeAsync(500);
  await first;
  expect(registry.value('metrics_collector_duration_seconds', { collector: 'late' })).toBeUndefined();
  await vi.advanceTimersByTimeAsync(3000);
  const second = registry.collect(500);
  await vi.advanceTimersByTimeAsync(500);
  await second;
  expect(registry.value('metrics_collector_duration_seconds', { collector: 'late' })).toBe(3);
});

test('collectors that work at once let the event loop turn between them, and share one deadline', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  let loopTurns = 0;
  let isOver = false;
  const turn = () => {
    loopTurns += 1;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const registry = createRegistry();
  for (let i = 0; i < 20; i++) {
    registry.addCollector({ name: `busy_${i}`, metrics: [], collect: () => void vi.advanceTimersByTime(3) });
  }
  await registry.collect(10);
  isOver = true;
  expect(loopTurns).toBeGreaterThanOrEqual(19);
});
