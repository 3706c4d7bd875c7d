import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRegistry, type Registry } from '../registry.ts';
import type { SpanReference } from '../registry-hooks.ts';
import type { Sample } from '../samples.ts';
import type { ExpositionFormat } from './formats.ts';
import { parseStrictly } from './parser/strict-parser.fixture.ts';

const span: SpanReference = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

/** One of each kind, with everything that needs care. */
function createExample(): Registry {
  const registry = createRegistry({ activeExemplar: () => span, now: () => 1_700_000_000_123 });
  const done = registry.counter({
    name: 'done_total',
    help: 'Things "done"\nand \\ counted.',
    labels: { item: { limit: 5 }, state: ['ok'] },
    exemplars: true,
  });
  done.inc({ item: 'a"b\\c\nd', state: 'ok' }, 3);
  const level = registry.gauge({ name: 'level', help: 'A level.', labels: { of: { limit: 5 } } });
  level.set({ of: 'nothing' }, Number.NaN);
  level.set({ of: 'much' }, Number.POSITIVE_INFINITY);
  level.set({ of: 'debt' }, Number.NEGATIVE_INFINITY);
  registry.gauge({ name: 'never_set', help: 'Not known.' });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'Waiting.', buckets: [0.5, 1] });
  wait.observe(0.25);
  wait.observe(7);
  return registry;
}

test('the text format is exactly this', async () => {
  expect(await createExample().render()).toBe(String.raw`# HELP done_total Things "done"\nand \\ counted.
# TYPE done_total counter
done_total{item="a\"b\\c\nd",state="ok"} 3
# HELP level A level.
# TYPE level gauge
level{of="nothing"} NaN
level{of="much"} +Inf
level{of="debt"} -Inf
# HELP wait_seconds Waiting.
# TYPE wait_seconds histogram
wait_seconds_bucket{le="0.5"} 1
wait_seconds_bucket{le="1.0"} 1
wait_seconds_bucket{le="+Inf"} 2
wait_seconds_sum 7.25
wait_seconds_count 2
`);
});

test('OpenMetrics is exactly this', async () => {
  const exemplar = `# {trace_id="${span.traceId}",span_id="${span.spanId}"}`;
  expect(await createExample().render({ format: 'openmetrics' })).toBe(
    `${String.raw`# HELP done Things \"done\"\nand \\ counted.
# TYPE done counter
done_total{item="a\"b\\c\nd",state="ok"} 3 ${exemplar} 3 1700000000.123
# HELP level A level.
# TYPE level gauge
level{of="nothing"} NaN
level{of="much"} +Inf
level{of="debt"} -Inf
# HELP wait_seconds Waiting.
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
wait_seconds_bucket{le="0.5"} 1 ${exemplar} 0.25 1700000000.123
wait_seconds_bucket{le="1.0"} 1
wait_seconds_bucket{le="+Inf"} 2 ${exemplar} 7 1700000000.123
wait_seconds_sum 7.25
wait_seconds_count 2
# EOF`}\n`,
  );
});

test('an empty registry is an empty text and a bare end marker', async () => {
  expect(await createRegistry().render()).toBe('');
  expect(await createRegistry().render({ format: 'openmetrics' })).toBe('# EOF\n');
});

test('the sum is left out of OpenMetrics where a bucket is below zero', async () => {
  const registry = createRegistry();
  registry.histogram({ name: 'offset_seconds', help: 'h', buckets: [-1, 1] }).observe(-3);
  expect(await registry.render({ format: 'openmetrics' })).not.toMatch(/_sum|_count/);
  expect(await registry.render()).toContain('offset_seconds_sum -3');
});

test('the sum is left out of OpenMetrics while it is below zero, as no counter may be', async () => {
  const registry = createRegistry();
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1] });
  wait.observe(-3);
  expect(await registry.render({ format: 'openmetrics' })).not.toMatch(/_sum|_count/);
  wait.observe(4);
  expect(await registry.render({ format: 'openmetrics' })).toContain('wait_seconds_sum 1\nwait_seconds_count 2\n');
});

test('an exemplar is the newest, and none is kept for an unsampled span, a broken id or a throwing hook', async () => {
  const registry = createRegistry();
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1, 2] });
  const render = () => registry.render({ format: 'openmetrics' });
  registry.connect({ activeExemplar: () => null });
  wait.observe(1);
  registry.connect({ activeExemplar: () => ({ traceId: 'x"\n', spanId: 'y' }) });
  wait.observe(2);
  registry.connect({
    activeExemplar() {
      throw new Error('broken');
    },
  });
  wait.observe(3);
  expect(await render()).not.toContain('# {');
  for (const spanId of ['aa', 'bb']) {
    registry.connect({ activeExemplar: () => ({ traceId: span.traceId, spanId }) });
    wait.observe(1);
  }
  expect(await render()).toContain('span_id="bb"');
  expect(await render()).not.toContain('span_id="aa"');
  registry.connect({ activeExemplar: null });
  wait.observe(1);
  expect(registry.value('wait_seconds_count')).toBe(6);
});

const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const anyNumber = fc.double();

const scenario = fc.record({
  // The text format cannot tell a blank before the help from its own.
  help: anyText.filter((help) => /^[^\s]/.test(help)),
  counts: fc.array(fc.tuple(anyText, anyText, fc.double({ min: 0, max: 1e300, noNaN: true }))),
  levels: fc.array(fc.tuple(anyText, anyNumber)),
  waits: fc.array(fc.tuple(anyText, fc.double({ min: -1e9, max: 1e9, noNaN: true }))),
  bounds: fc.uniqueArray(
    fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((value) => value + 0),
    { minLength: 1, maxLength: 6 },
  ),
});

test.each(['text', 'openmetrics'] satisfies ExpositionFormat[])(
  'whatever is recorded, %s reads back the same',
  async (format) => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ help, counts, levels, waits, bounds }) => {
        const registry = createRegistry({ activeExemplar: () => span });
        const labels = { a: { limit: 20 }, b: { limit: 20 } };
        const done = registry.counter({ name: 'done_total', help, labels, exemplars: true });
        const level = registry.gauge({ name: 'level', help, labels: { a: { limit: 20 } } });
        const buckets = bounds.toSorted((x, y) => x - y);
        const wait = registry.histogram({ name: 'wait_seconds', help, labels: { a: { limit: 20 } }, buckets });
        for (const [a, b, by] of counts) done.inc({ a, b }, by);
        for (const [a, value] of levels) level.set({ a }, value);
        for (const [a, value] of waits) wait.observe({ a }, value);
        const before = registry.samples();
        const families = parseStrictly(await registry.render({ format }), format);
        const negativeSums = before
          .filter(({ name, value }) => name === 'wait_seconds_sum' && value < 0)
          .map((sample) => sample.labels['a']);
        const isWritten = ({ name, labels: of }: Sample) =>
          format === 'text' ||
          !/^wait_seconds_(sum|count)$/.test(name) ||
          ((buckets[0] ?? 0) >= 0 && !negativeSums.includes(of['a']));
        const read = families.flatMap(({ samples }) =>
          samples.map(({ name, labels: of, value }) => ({ name, labels: of, value: value + 0 })),
        );
        expect(read).toEqual(before.filter(isWritten).map((sample) => ({ ...sample, value: sample.value + 0 })));
        for (const family of families.filter(({ name }) => !name.startsWith('metrics_')))
          expect(family.help).toBe(help);
      }),
      { numRuns: 150 },
    );
  },
);

const promtool = spawnSync('promtool', ['--version']).status === 0;

test.skipIf(!promtool)('promtool check metrics has nothing to say (skipped where it is not installed)', async () => {
  const input = await createExample().render();
  const result = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect([result.status, result.stdout, result.stderr]).toEqual([0, '', '']);
});
