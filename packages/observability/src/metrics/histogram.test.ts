import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRegistry } from './registry.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const bounds = fc
  .uniqueArray(finite, { minLength: 1, maxLength: 12, comparator: (a, b) => a === b })
  .map((values) => values.map((value) => value + 0).sort((a, b) => a - b));
const observation = fc.record({ item: fc.constantFrom('a', 'b', 'c'), value: finite, isBound: fc.boolean() });

test('any history gives cumulative buckets that never fall, the count is that of +Inf, each bucket what its bound says', () => {
  fc.assert(
    fc.property(bounds, fc.array(observation, { maxLength: 80 }), (buckets, history) => {
      const registry = createRegistry();
      const size = registry.histogram({ name: 'size', help: 'h', labels: { item: { limit: 2 } }, buckets });
      const handles = new Map(['a', 'b', 'c'].map((item) => [item, size.with({ item })]));
      for (const { item, value, isBound } of history) {
        if (isBound) handles.get(item)?.observe(value);
        else size.observe({ item }, value);
      }
      for (const item of ['a', 'b', '__other__']) {
        const own = history
          .filter((one) => (one.item === 'c' ? '__other__' : one.item) === item)
          .map(({ value }) => value);
        const shown = registry
          .samples()
          .filter(({ name, labels }) => name === 'size_bucket' && labels['item'] === item);
        const expected = [...buckets, Infinity].map((bound) => own.filter((value) => value <= bound).length);
        expect(shown.map(({ value }) => value)).toEqual(expected);
        expect(registry.value('size_count', { item })).toBe(own.length);
        expect(registry.value('size_sum', { item })).toBe(own.reduce((sum, value) => sum + value, 0));
      }
    }),
    { numRuns: 200 },
  );
});

test('what is not traced takes no exemplars; handles notice when tracing is connected and when it goes', async () => {
  const registry = createRegistry();
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels: { item: { limit: 2 } }, buckets: [1] });
  const bound = wait.with({ item: 'a' });
  const exemplars = async () => (await registry.render({ format: 'openmetrics' })).match(/trace_id="\w+"/g);
  bound.observe(0.5);
  expect(await exemplars()).toBeNull();
  let traceId = '1'.repeat(32);
  registry.connect({ activeExemplar: () => ({ traceId, spanId: '2'.repeat(16) }) });
  bound.observe(0.5);
  expect(await exemplars()).toContain(`trace_id="${traceId}"`);
  registry.connect({ activeExemplar: null });
  traceId = '3'.repeat(32);
  bound.observe(0.5);
  wait.observe({ item: 'a' }, 0.5);
  expect(await exemplars()).not.toContain(`trace_id="${traceId}"`);
  expect(registry.value('wait_seconds_count', { item: 'a' })).toBe(4);
});

test('a hook for spans that throws costs the exemplar, never the observation', () => {
  const registry = createRegistry();
  registry.connect({
    activeExemplar() {
      throw new Error('no');
    },
  });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1] });
  const done = registry.counter({ name: 'done_total', help: 'h', exemplars: true });
  wait.observe(0.5);
  done.inc();
  expect([registry.value('wait_seconds_count'), registry.value('done_total')]).toEqual([1, 1]);
});
