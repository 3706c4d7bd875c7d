import { expect, test } from 'vitest';
import { defaultRegistry, gauge } from './default-registry.ts';
import { createRegistry } from './registry.ts';
import type { MetricWarning } from './registry-hooks.ts';

function createWatched() {
  const warnings: MetricWarning[] = [];
  const registry = createRegistry({ onWarning: (warning) => warnings.push(warning) });
  const codes = () => warnings.map(({ code, metric }) => `${code} ${metric}`);
  const dropped = (reason: string) => registry.value('telemetry_dropped_total', { signal: 'metrics', reason });
  return { registry, warnings, codes, dropped };
}

const labels = { item: { limit: 9 }, state: ['ok', 'bad'] } as const;

test('impossible amounts are warned of once per metric and counted each', () => {
  const { registry, codes, dropped } = createWatched();
  const done = registry.counter({ name: 'done_total', help: 'h' });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels });
  const depth = registry.gauge({ name: 'depth', help: 'h' });
  for (const amount of [Number.NaN, -1, Number.POSITIVE_INFINITY]) done.inc(amount);
  wait.observe({ item: 'x', state: 'ok' }, Number.NaN);
  depth.inc(Number.POSITIVE_INFINITY);
  expect(codes()).toEqual(['invalid_value done_total', 'invalid_value wait_seconds', 'invalid_value depth']);
  expect(dropped('invalid_value')).toBe(5);
  expect(registry.value('done_total')).toBe(0);
});

test('missing and undeclared labels are warned of once and counted', () => {
  const { registry, codes, dropped } = createWatched();
  const done = registry.counter({ name: 'done_total', help: 'h', labels });
  const loosely = done as { inc(labels: object): void };
  loosely.inc({ state: 'ok' });
  loosely.inc({ state: 'ok' });
  loosely.inc({ item: 'x', state: 'ok', more: 1 });
  expect(codes()).toEqual(['label_missing done_total', 'label_undeclared done_total']);
  expect(dropped('label_missing')).toBe(2);
  expect(dropped('label_undeclared')).toBe(1);
  expect(registry.value('done_total')).toBe(3);
  expect(registry.value('done_total', { item: '' })).toBe(2);
});

test('labels that cannot be read are warned of once and counted', () => {
  const { registry, codes, dropped } = createWatched();
  const done = registry.counter({ name: 'done_total', help: 'h', labels });
  const loosely = done as { inc(labels: unknown): void; with(labels: unknown): { inc(): void } };
  loosely.inc(null);
  loosely.with(undefined).inc();
  expect(codes()).toEqual(['invalid_labels done_total']);
  expect(dropped('invalid_labels')).toBe(3);
});

const declaration = { name: 'done_total', help: 'h', labels } as const;

test('labels in another order are the same labels', () => {
  const { registry, warnings } = createWatched();
  registry.counter(declaration).inc({ item: 'x', state: 'ok' });
  registry
    .counter({ ...declaration, labels: { state: ['ok', 'bad'], item: { limit: 9 } } })
    .inc({ item: 'x', state: 'ok' });
  expect(registry.value('done_total', { item: 'x', state: 'ok' })).toBe(2);
  expect(warnings).toEqual([]);
});

test.each([
  [{ help: 'other' }, 'help'],
  [{ labels: { item: { limit: 6 }, state: ['ok', 'bad'] } }, 'labels'],
  [{ labels: { item: { limit: 9 }, state: ['ok', 'bad', 'more'] } }, 'labels'],
  [{ exemplars: true }, 'exemplars'],
  [{ expireAfterMs: 1 }, 'expireAfterMs'],
])('another declaration of the same counter records into the first: %j', (change, differs) => {
  const { registry, warnings, dropped } = createWatched();
  const first = registry.counter(declaration);
  for (let i = 0; i < 2; i++) {
    const second = registry.counter({ ...declaration, ...(change as object) });
    second.inc({ item: 'x', state: 'ok' });
    second.with({ item: 'x', state: 'ok' }).inc();
  }
  first.inc({ item: 'x', state: 'ok' });
  expect(registry.value('done_total', { item: 'x', state: 'ok' })).toBe(5);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.message).toContain(`metric "done_total" is declared again with other ${differs} at `);
  expect(warnings[0]?.message.match(/misuse\.test\.ts:\d+:\d+/g)).toHaveLength(2);
  expect(dropped('declaration_conflict')).toBe(2);
  expect(registry.describe().filter(({ name }) => name === 'done_total')).toHaveLength(1);
});

test('the place told is that of the program, also through the functions of the default registry', () => {
  const warnings: MetricWarning[] = [];
  defaultRegistry().connect({ onWarning: (warning) => warnings.push(warning) });
  gauge({ name: 'placed', help: 'h' });
  gauge({ name: 'placed', help: 'other' });
  const said = warnings.find(({ metric }) => metric === 'placed')?.message;
  expect(said?.match(/misuse\.test\.ts:\d+:\d+/g)).toHaveLength(2);
});

test('labels only one of two declarations knows are left out, the total stays right', () => {
  const { registry } = createWatched();
  registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 9 } } }).inc({ item: 'x' });
  const wider = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 9 }, more: { limit: 9 } } });
  const other = registry.counter({ name: 'done_total', help: 'h', labels: { more: { limit: 9 } } });
  wider.inc({ item: 'x', more: 'm' });
  other.inc({ more: 'm' });
  expect(registry.value('done_total', { item: 'x' })).toBe(2);
  expect(registry.value('done_total', { item: '' })).toBe(1);
  expect(registry.value('done_total')).toBe(3);
});

test('a second declaration without labels, or with some where the first has none, counts into the first', () => {
  const { registry } = createWatched();
  const item = { item: { limit: 9 } } as const;
  registry.counter({ name: 'a_total', help: 'h', labels: item });
  registry.counter({ name: 'a_total', help: 'h' }).inc(2);
  registry.counter({ name: 'b_total', help: 'h' });
  const labelled = registry.counter({ name: 'b_total', help: 'h', labels: item });
  labelled.inc({ item: 'x' }, 2);
  labelled.with({ item: 'y' }).inc();
  registry.histogram({ name: 'c_seconds', help: 'h', labels: item });
  registry.histogram({ name: 'c_seconds', help: 'h' }).observe(1);
  registry.histogram({ name: 'd_seconds', help: 'h' });
  registry.histogram({ name: 'd_seconds', help: 'h', labels: item }).observe({ item: 'x' }, 1);
  registry.gauge({ name: 'e', help: 'h', labels: item });
  const plain = registry.gauge({ name: 'e', help: 'h' });
  plain.set(5);
  plain.inc();
  plain.dec(2);
  registry.gauge({ name: 'f', help: 'h' });
  const set = registry.gauge({ name: 'f', help: 'h', labels: item });
  set.set({ item: 'x' }, 5);
  set.inc({ item: 'x' });
  set.dec({ item: 'x' }, 2);
  const names = ['a_total', 'b_total', 'c_seconds_sum', 'd_seconds_count', 'e', 'f'];
  expect(names.map((name) => registry.value(name))).toEqual([2, 3, 1, 1, 4, 4]);
  plain.remove();
  set.remove({ item: 'x' });
  expect([registry.value('e'), registry.value('f')]).toEqual([undefined, undefined]);
});

test.each(['visits_created', 'wait_seconds_created'])(
  'a gauge named %s, which OpenMetrics keeps for the family, is told',
  (name) => {
    const { registry, warnings } = createWatched();
    registry.counter({ name: 'visits_total', help: 'h' });
    registry.histogram({ name: 'wait_seconds', help: 'h' });
    registry.gauge({ name, help: 'h' }).set(1);
    expect(warnings).toHaveLength(1);
    expect(registry.value(name)).not.toBe(1);
  },
);

test('an instrument of another type, or with names of another metric, works and counts what it loses', () => {
  const { registry, warnings, dropped } = createWatched();
  registry.counter({ name: 'visits_total', help: 'h' }).inc(7);
  registry.gauge({ name: 'wait_seconds', help: 'h' }).set(1);
  const visits = registry.gauge({ name: 'visits', help: 'h', collect: () => {} });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels });
  visits.set(1);
  visits.inc();
  visits.remove();
  wait.observe({ item: 'x', state: 'ok' }, 1);
  wait.with({ item: 'x', state: 'ok' }).observe(1);
  expect(warnings.map(({ message }) => message.replace(/ at .*, first at .*: /, ' … '))).toEqual([
    'metric "visits" is declared again though its samples are named like those of "visits_total" … nothing is recorded by it, each sample is counted in telemetry_dropped_total',
    'metric "wait_seconds" is declared again with other type, buckets, exemplars, labels … nothing is recorded by it, each sample is counted in telemetry_dropped_total'.replace(
      'type, buckets, exemplars, labels',
      'type, labels, buckets, exemplars',
    ),
  ]);
  // Two declarations and four samples.
  expect(dropped('declaration_conflict')).toBe(6);
  expect([registry.value('visits_total'), registry.value('wait_seconds')]).toEqual([7, 1]);
});

test('a wrong declaration throws while modules load, and only warns once the program has started', () => {
  const registry = createRegistry();
  const wrong = { name: 'camelCase', help: 'h' };
  expect(() => registry.counter(wrong)).toThrow('metric "camelCase"');
  const warnings: MetricWarning[] = [];
  registry.connect({ onWarning: (warning) => warnings.push(warning) });
  registry.counter(wrong).inc();
  registry.histogram({ ...wrong, buckets: [] }).observe(1);
  registry.gauge(null as unknown as typeof wrong).set(1);
  registry.counter({
    help: 'h',
    get name(): string {
      throw new Error('no');
    },
  });
  const collector = { name: 'one', metrics: [], collect: () => {} };
  registry.addCollector(collector);
  registry.addCollector(collector)();
  expect(warnings.map(({ code, metric }) => `${code} ${metric}`)).toEqual([
    'declaration_refused camelCase',
    'declaration_refused ',
    'declaration_refused ',
    'declaration_refused one',
  ]);
  expect(registry.value('telemetry_dropped_total', { reason: 'declaration_refused' })).toBe(8);
});

test('a program that declares the library’s own counters otherwise is not hurt', () => {
  const { registry } = createWatched();
  registry.gauge({ name: 'telemetry_dropped', help: 'mine' });
  registry.histogram({ name: 'metrics_series_overflow', help: 'mine' });
  const done = registry.counter({ name: 'done_total', help: 'h', labels });
  expect(() => done.inc({ item: 'x', state: 'zzz' as 'ok' }, Number.NaN)).not.toThrow();
  expect(() => done.inc({ item: 'x', state: 'zzz' as 'ok' })).not.toThrow();
});
