import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRegistry, type Registry } from '../registry.ts';

const minute = 60_000;

function createAged() {
  let nowMs = 1_000;
  const registry = createRegistry({ elapsedMs: () => nowMs });
  return {
    registry,
    pass: (ms: number) => {
      nowMs += ms;
    },
    /** A scrape after this much time. */
    async scrapeAfter(ms: number) {
      nowMs += ms;
      return registry.render();
    },
  };
}

const labels = { item: { limit: 2 }, state: ['ok', 'bad'] } as const;
const aging = { help: 'h', labels, expireAfterMs: minute } as const;

test('a counter series untouched for the time goes, its amount stays in __other__', async () => {
  const { registry, scrapeAfter } = createAged();
  const done = registry.counter({ name: 'done_total', ...aging });
  done.inc({ item: 'old', state: 'ok' }, 5);
  done.inc({ item: 'busy', state: 'ok' }, 1);
  await scrapeAfter(0);
  await scrapeAfter(minute - 1);
  done.inc({ item: 'busy', state: 'ok' }, 1);
  const text = await scrapeAfter(1);
  expect(text).toContain('done_total{item="__other__",state="__other__"} 5\n');
  expect(text).toContain('done_total{item="busy",state="ok"} 2\n');
  expect(text).not.toContain('"old"');
  expect(registry.value('done_total')).toBe(7);
});

test('its place in the budget is free again', async () => {
  const { registry, scrapeAfter } = createAged();
  const done = registry.counter({ name: 'done_total', ...aging });
  for (const item of ['a', 'b']) done.inc({ item, state: 'ok' });
  await scrapeAfter(0);
  await scrapeAfter(minute);
  done.inc({ item: 'c', state: 'ok' });
  expect(registry.value('done_total', { item: 'c' })).toBe(1);
  expect(registry.value('metrics_series_overflow_total')).toBeUndefined();
});

/** So many series that an output takes several turns of the event loop before it comes to what is declared later. */
function addManySeries(registry: Registry): void {
  const many = registry.counter({ name: 'many_total', help: 'h', labels: { item: { limit: 20_000 } } });
  for (let i = 0; i < 20_000; i++) many.inc({ item: `i${i}` });
}

test('a series that comes back starts at 0, after an output without it', async () => {
  const { registry, pass, scrapeAfter } = createAged();
  addManySeries(registry);
  const done = registry.counter({ name: 'done_total', ...aging });
  done.inc({ item: 'a', state: 'ok' }, 5);
  await scrapeAfter(0);
  pass(minute);
  let text = '';
  for await (const chunk of registry.renderChunks()) {
    // It comes back while the output in which it is gone is being written.
    if (text === '') done.inc({ item: 'a', state: 'ok' }, 2);
    text += chunk;
  }
  expect(text).toContain('done_total{item="__other__",state="__other__"} 5\n');
  expect(text).not.toContain('item="a"');
  expect(await scrapeAfter(0)).toContain('done_total{item="a",state="ok"} 2\n');
  expect(registry.value('done_total')).toBe(7);
});

test('handles keep working: after expiry they find their series again', async () => {
  const { registry, scrapeAfter } = createAged();
  const done = registry.counter({ name: 'done_total', ...aging }).with({ item: 'a', state: 'ok' });
  const wait = registry.histogram({ name: 'wait_seconds', ...aging, buckets: [1] }).with({ item: 'a', state: 'ok' });
  const depth = registry.gauge({ name: 'depth', ...aging }).with({ item: 'a', state: 'ok' });
  const touch = () => {
    done.inc(2);
    wait.observe(0.5);
    depth.set(7);
  };
  touch();
  await scrapeAfter(0);
  await scrapeAfter(minute);
  expect(registry.value('depth')).toBeUndefined();
  // Another series takes the slot that was theirs.
  registry.counter({ name: 'done_total', ...aging }).inc({ item: 'b', state: 'ok' }, 100);
  touch();
  expect(registry.value('done_total', { item: 'a' })).toBe(2);
  expect(registry.value('done_total', { item: 'b' })).toBe(100);
  expect(registry.value('done_total')).toBe(104);
  expect(registry.value('wait_seconds_count', { item: 'a' })).toBe(1);
  expect(registry.value('wait_seconds_sum')).toBe(1);
  expect(registry.value('depth')).toBe(7);
});

test('two handles of one series stay one series over an expiry', async () => {
  const { registry, scrapeAfter } = createAged();
  const wait = registry.histogram({ name: 'wait_seconds', ...aging, buckets: [1] });
  const before = wait.with({ item: 'a', state: 'ok' });
  await scrapeAfter(0);
  await scrapeAfter(minute);
  const after = wait.with({ item: 'a', state: 'ok' });
  before.observe(1);
  after.observe(2);
  expect(registry.value('wait_seconds_count', { item: 'a' })).toBe(2);
});

test('a gauge set to the value it had is touched', async () => {
  const { registry, scrapeAfter } = createAged();
  const depth = registry.gauge({ name: 'depth', help: 'h', labels, expireAfterMs: minute });
  for (let i = 0; i < 5; i++) {
    depth.set({ item: 'a', state: 'ok' }, 3);
    expect(await scrapeAfter(minute)).toContain('depth{item="a",state="ok"} 3\n');
  }
  expect(await scrapeAfter(minute)).not.toContain('depth{');
});

test('counters without labels stay, gauges without labels go', async () => {
  const { registry, scrapeAfter } = createAged();
  registry.counter({ name: 'done_total', help: 'h', expireAfterMs: minute }).inc();
  registry.gauge({ name: 'depth', help: 'h', expireAfterMs: minute }).set(1);
  await scrapeAfter(0);
  await scrapeAfter(10 * minute);
  expect(registry.value('done_total')).toBe(1);
  expect(registry.value('depth')).toBeUndefined();
});

test('a series is never gone before it was shown once after its last change', async () => {
  const { registry, scrapeAfter } = createAged();
  const done = registry.counter({ name: 'done_total', ...aging });
  done.inc({ item: 'a', state: 'ok' });
  expect(await scrapeAfter(100 * minute)).toContain('item="a"');
  done.inc({ item: 'a', state: 'ok' });
  expect(await scrapeAfter(100 * minute)).toContain('item="a",state="ok"} 2\n');
});

test('exemplars go with their series', async () => {
  const { registry, scrapeAfter } = createAged();
  registry.connect({ activeExemplar: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }) });
  const done = registry.counter({ name: 'done_total', ...aging, exemplars: true });
  done.inc({ item: 'a', state: 'ok' });
  registry.connect({ activeExemplar: null });
  await scrapeAfter(0);
  await scrapeAfter(minute);
  done.inc({ item: 'b', state: 'ok' });
  const text = await registry.render({ format: 'openmetrics' });
  expect(text).toContain('done_total{item="b",state="ok"} 1\n');
  expect(text).not.toContain('trace_id');
});

test('an override by name holds for metrics declared before and after it, and wins over the declaration', async () => {
  const { registry, scrapeAfter } = createAged();
  const early = registry.counter({ name: 'early_total', ...aging });
  registry.overrideExpiry({ early_total: 2 * minute, late_total: minute });
  const late = registry.counter({ name: 'late_total', help: 'h', labels });
  for (const counter of [early, late]) counter.inc({ item: 'a', state: 'ok' });
  await scrapeAfter(0);
  await scrapeAfter(minute);
  expect([registry.value('early_total', { item: 'a' }), registry.value('late_total', { item: 'a' })]).toEqual([
    1,
    undefined,
  ]);
  await scrapeAfter(minute);
  expect(registry.value('early_total', { item: 'a' })).toBeUndefined();
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, '5'])('an expiry of %s is refused', (afterMs) => {
  const wrong = expect.objectContaining({ code: 'OBS_METRIC_EXPIRY_INVALID' });
  const registry = createRegistry();
  const expireAfterMs = afterMs as number;
  expect(() => registry.counter({ name: 'x_total', help: 'h', expireAfterMs })).toThrow(wrong);
  expect(() => registry.overrideExpiry({ fine_total: 1, x_total: expireAfterMs })).toThrow(wrong);
});

test('a thousand series more than go at once are gone after the outputs that follow', async () => {
  const { registry, scrapeAfter } = createAged();
  const done = registry.counter({
    name: 'done_total',
    help: 'h',
    labels: { item: { limit: 9_000 } },
    expireAfterMs: minute,
  });
  for (let i = 0; i < 5_000; i++) done.inc({ item: `i${i}` });
  await scrapeAfter(0);
  const left: number[] = [];
  for (let i = 0; i < 3; i++) {
    await scrapeAfter(minute);
    left.push(registry.samples().filter(({ name }) => name === 'done_total').length);
    expect(registry.value('done_total')).toBe(5_000);
  }
  expect(left).toEqual([3_001, 1_001, 1]);
});

test('a metric with thousands of series to go does not keep the others waiting', async () => {
  const { registry, scrapeAfter } = createAged();
  const busy = registry.counter({ name: 'busy_total', ...aging, labels: { ...labels, item: { limit: 9_000 } } });
  const done = registry.counter({ name: 'done_total', ...aging });
  for (let i = 0; i < 9_000; i++) busy.inc({ item: `item${i}`, state: 'ok' });
  done.inc({ item: 'a', state: 'ok' });
  await scrapeAfter(0);
  await scrapeAfter(minute);
  expect(await scrapeAfter(0)).not.toContain('done_total{item="a"');
});

test('an output being written is not disturbed: nothing expires meanwhile', async () => {
  const { registry, scrapeAfter } = createAged();
  addManySeries(registry);
  const done = registry.counter({ name: 'done_total', ...aging });
  done.inc({ item: 'a', state: 'ok' });
  await scrapeAfter(0);
  const writing = registry.renderChunks();
  await writing.next();
  expect(await scrapeAfter(minute)).toContain('done_total{item="a"');
  await writing.return(undefined);
  expect(await scrapeAfter(0)).not.toContain('done_total{item="a"');
});

test('an output left in the middle holds up expiry, and what is new, for a minute and no longer', async () => {
  const { registry, scrapeAfter } = createAged();
  addManySeries(registry);
  const done = registry.counter({ name: 'done_total', ...aging });
  done.inc({ item: 'a', state: 'ok' });
  await scrapeAfter(0);
  const left = registry.renderChunks();
  await left.next();
  done.inc({ item: 'b', state: 'ok' });
  expect(await scrapeAfter(minute)).toContain('done_total{item="a"');
  const later = await scrapeAfter(1);
  expect(later).not.toContain('done_total{item="a"');
  expect(await scrapeAfter(0)).toContain('done_total{item="b"');
  await left.return(undefined);
});

const amount = fc.nat(1000);
const step = fc.oneof(
  fc.record({ do: fc.constant('inc' as const), item: fc.constantFrom('a', 'b', 'c', 'd'), amount }),
  fc.record({ do: fc.constant('bound' as const), item: fc.constantFrom('a', 'b', 'c', 'd'), amount }),
  fc.record({ do: fc.constant('scrape' as const), afterMs: fc.nat(2 * minute) }),
);

test('whatever comes, goes and is scraped, the sum over all series is what was added and never falls', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), async (steps, limit) => {
      const { registry, scrapeAfter } = createAged();
      const shape = { help: 'h', labels: { item: { limit } }, expireAfterMs: minute } as const;
      const done = registry.counter({ name: 'done_total', ...shape });
      const size = registry.histogram({ name: 'size_bytes', ...shape, buckets: [10, 100] });
      const handles = new Map<string, readonly [{ inc(by: number): void }, { observe(by: number): void }]>();
      const added = { sum: 0, count: 0 };
      let shown = 0;
      for (const one of steps) {
        if (one.do === 'scrape') {
          const text = await scrapeAfter(one.afterMs);
          const values = [...text.matchAll(/^done_total\{.*\} (\d+)$/gm)].map(([, value]) => Number(value));
          const sum = values.reduce((total, value) => total + value, 0);
          expect(sum).toBe(added.sum);
          expect(sum).toBeGreaterThanOrEqual(shown);
          shown = sum;
          const counts = [...text.matchAll(/^size_bytes_bucket\{.*le="\+Inf"\} (\d+)$/gm)].map(([, value]) =>
            Number(value),
          );
          expect(counts.reduce((total, value) => total + value, 0)).toBe(added.count);
          continue;
        }
        added.sum += one.amount;
        added.count += 1;
        if (one.do === 'inc') {
          done.inc({ item: one.item }, one.amount);
          size.observe({ item: one.item }, one.amount);
        } else {
          const handle =
            handles.get(one.item) ?? ([done.with({ item: one.item }), size.with({ item: one.item })] as const);
          handles.set(one.item, handle);
          handle[0].inc(one.amount);
          handle[1].observe(one.amount);
        }
        expect(registry.value('done_total') ?? 0).toBe(added.sum);
        expect(registry.value('size_bytes_sum') ?? 0).toBe(added.sum);
        expect(registry.value('size_bytes_count') ?? 0).toBe(added.count);
      }
    }),
    { numRuns: 200 },
  );
});
