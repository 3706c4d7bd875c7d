import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRegistry } from '../registry.ts';
import type { MetricWarning } from '../registry-hooks.ts';

function createWatched() {
  const warnings: MetricWarning[] = [];
  return { registry: createRegistry({ onWarning: (warning) => warnings.push(warning) }), warnings };
}

const overflowed = 'metrics_series_overflow_total';

test('values beyond the budget are counted under __other__ and total the same', () => {
  const event = fc.record({ item: fc.string({ maxLength: 3 }), state: fc.constantFrom('a', 'b', 'c'), by: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(event), fc.integer({ min: 1, max: 5 }), (events, limit) => {
      const { registry } = createWatched();
      const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit }, state: ['a', 'b'] } });
      for (const { item, state, by } of events) done.inc({ item, state: state as 'a' }, by);
      const total = events.reduce((sum, { by }) => sum + by, 0);
      expect(registry.value('done_total') ?? 0).toBe(total);
      const beyond = events.filter(({ state }) => state === 'c').reduce((sum, { by }) => sum + by, 0);
      expect(registry.value('done_total', { state: '__other__' }) ?? 0).toBe(beyond);
      const items = new Set(
        registry.samples().flatMap(({ name, labels }) => (name === 'done_total' ? [labels['item']] : [])),
      );
      for (const free of ['', '__other__']) items.delete(free);
      expect(items.size).toBeLessThanOrEqual(limit);
    }),
  );
});

test('histograms keep their totals beyond the budget', () => {
  const { registry } = createWatched();
  const size = registry.histogram({ name: 'size_bytes', help: 'h', labels: { item: { limit: 2 } }, buckets: [1, 10] });
  for (let i = 0; i < 10; i++) size.observe({ item: `i${i}` }, i);
  expect(registry.value('size_bytes_count')).toBe(10);
  expect(registry.value('size_bytes_sum')).toBe(45);
  expect(registry.value('size_bytes_count', { item: '__other__' })).toBe(8);
});

test('each redirected sample is counted, and one warning names metric, label and an example', () => {
  const { registry, warnings } = createWatched();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 1 }, state: ['a'] } });
  done.inc({ item: 'first', state: 'a' });
  for (const item of ['second', 'third', 'second']) done.inc({ item, state: 'a' });
  expect(registry.value(overflowed, { metric: 'done_total' })).toBe(3);
  expect(warnings).toEqual([
    {
      code: 'series_overflow',
      metric: 'done_total',
      label: 'item',
      example: 'second',
      message:
        'metric "done_total", label "item": beyond its budget, further values such as "second" are kept as __other__',
    },
  ]);
});

test('a second label that overflows has a warning of its own', () => {
  const { registry, warnings } = createWatched();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 1 }, state: ['a'] } });
  done.inc({ item: 'x', state: 'z' as 'a' });
  done.inc({ item: 'y', state: 'a' });
  expect(warnings.map(({ label }) => label)).toEqual(['state', 'item']);
});

test('the example in a warning is short and free of control characters', () => {
  const { registry, warnings } = createWatched();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { state: ['a'] } });
  done.inc({ state: `\u001b[31m\n${'x'.repeat(500)}` as 'a' });
  const example = warnings[0]?.example ?? '';
  expect(example.length).toBeLessThan(70);
  expect(example).not.toMatch(/\p{Cc}/u);
});

test('handles held before the budget was spent keep their series', () => {
  const { registry } = createWatched();
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 1 } } });
  const first = done.with({ item: 'first' });
  for (let i = 0; i < 100; i++) done.inc({ item: `later ${i}` });
  first.inc(7);
  expect(registry.value('done_total', { item: 'first' })).toBe(7);
});

test('a handle made beyond the budget counts under __other__, and so it stays', () => {
  const { registry } = createWatched();
  const depth = registry.gauge({ name: 'depth', help: 'h', labels: { item: { limit: 1 } } });
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { item: { limit: 1 } } });
  depth.set({ item: 'first' }, 1);
  done.inc({ item: 'first' });
  const [beyond, counted] = [depth.with({ item: 'second' }), done.with({ item: 'second' })];
  beyond.set(2);
  for (let i = 0; i < 3; i++) counted.inc();
  expect(registry.value('depth', { item: '__other__' })).toBe(2);
  expect(registry.value('done_total', { item: '__other__' })).toBe(3);
  expect(registry.value(overflowed, { metric: 'done_total' })).toBe(1);
});

test('whatever mix of handles, made before and after the budget is spent, the totals are what was recorded', () => {
  const by = fc.constantFrom('handle' as const, 'labels' as const);
  const event = fc.record({ by, item: fc.constantFrom('a', 'b', 'c', 'd', 'e'), amount: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), fc.integer({ min: 1, max: 4 }), (events, limit) => {
      const { registry } = createWatched();
      const labels = { item: { limit } } as const;
      const done = registry.counter({ name: 'done_total', help: 'h', labels });
      const size = registry.histogram({ name: 'size_bytes', help: 'h', labels, buckets: [2, 5] });
      const handles = new Map<string, readonly [ReturnType<typeof done.with>, ReturnType<typeof size.with>]>();
      const model = new Map<string, number>();
      for (const { by: how, item, amount } of events) {
        const handle = handles.get(item) ?? ([done.with({ item }), size.with({ item })] as const);
        handles.set(item, handle);
        if (how === 'handle') {
          handle[0].inc(amount);
          handle[1].observe(amount);
        } else {
          done.inc({ item }, amount);
          size.observe({ item }, amount);
        }
        const kept = [...handles.keys()].indexOf(item) < limit ? item : '__other__';
        model.set(kept, (model.get(kept) ?? 0) + amount);
      }
      for (const [item, amount] of model) {
        expect(registry.value('done_total', { item })).toBe(amount);
        expect(registry.value('size_bytes_sum', { item })).toBe(amount);
      }
      expect(registry.value('size_bytes_count') ?? 0).toBe(events.length);
    }),
  );
});

test('warnings said before anybody listens are delivered on connection, once', () => {
  const registry = createRegistry();
  registry.counter({ name: 'done_total', help: 'h', labels: { state: ['a'] } }).inc({ state: 'z' as 'a' });
  const warnings: MetricWarning[] = [];
  registry.connect({ onWarning: (warning) => warnings.push(warning) });
  registry.connect({ onWarning: (warning) => warnings.push(warning) });
  expect(warnings.map(({ code }) => code)).toEqual(['series_overflow']);
});

test('a throwing listener does not reach the recording code', () => {
  const registry = createRegistry({
    onWarning() {
      throw new Error('broken');
    },
  });
  const done = registry.counter({ name: 'done_total', help: 'h', labels: { state: ['a'] } });
  expect(() => done.inc({ state: 'z' as 'a' })).not.toThrow();
});

test('an overflow of the overflow counter itself ends', () => {
  const registry = createRegistry();
  for (let i = 0; i < 1005; i++) {
    registry.counter({ name: `done_${i}_total`, help: 'h', labels: { state: ['a'] } }).inc({ state: 'z' as 'a' });
  }
  expect(registry.value(overflowed)).toBe(1005);
  expect(registry.value(overflowed, { metric: '__other__' })).toBe(5);
});

test('a secret inside a value is taken out of the series, counted and told once, whoever shows it', async () => {
  const { registry, warnings } = createWatched();
  const asked = registry.counter({ name: 'asked_total', help: 'h', labels: { url: { limit: 5 } } });
  for (const path of ['a', 'b']) asked.inc({ url: `https://h/${path}?api_key=hunter2` });
  asked.inc({ url: 'https://h/a?api_key=hunter3' });
  const handle = asked.with({ url: 'Bearer hunter2' });
  handle.inc();
  expect(await registry.render()).not.toContain('hunter');
  expect(registry.value('asked_total', { url: 'https://h/a?api_key=[REDACTED]' })).toBe(2);
  expect(registry.value('redactions_total', { sink: 'metrics' })).toBe(4);
  expect(warnings.map(({ code, label }) => [code, label])).toEqual([['label_redacted', 'url']]);
});
