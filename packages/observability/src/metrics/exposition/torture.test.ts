import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createRegistry, type Registry } from '../registry.ts';
import { readSharedData } from '../shared-data.fixture.ts';
import type { ExpositionFormat } from './formats.ts';
import { parseOpenMetrics } from './parser/openmetrics-parser.fixture.ts';
import { parseStrictly } from './parser/strict-parser.fixture.ts';
import { parseText } from './parser/text-parser.fixture.ts';

const values = [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, 5e-324, 2 ** 53 + 1, -1e-7];
const formats: readonly ExpositionFormat[] = ['text', 'openmetrics'];
const shared = readSharedData('conformance/json/blns.json');
const naughty = [
  ...(JSON.parse(shared ?? '[]') as string[]),
  '\\',
  '\\n',
  '\n',
  '"',
  '\\"',
  '\r\n',
  '\u0000',
  '\u2028',
  '\ud800',
  '\udfff x',
  '# EOF\n',
  '# HELP x y\nx 1\n',
  ' # {a="b"} 1',
  '}',
  '__proto__',
  'constructor',
];

/** Each naughty string as help and as a label value of each kind of metric. */
function createTortured(): Registry {
  const span = { traceId: 'ab', spanId: 'cd' };
  const registry = createRegistry({ activeExemplar: () => span });
  const labels = { text: { limit: 1000 } };
  const numbers = registry.gauge({ name: 'number', help: 'Numbers.', labels: { of: { limit: 100 } } });
  for (const value of values) numbers.set({ of: String(value) }, value);
  const level = registry.gauge({ name: 'level', help: 'Level.', labels });
  const done = registry.counter({ name: 'done_total', help: 'Done.', labels, exemplars: true });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'Wait.', labels, buckets: [5e-324, 1, 1e21] });
  for (const [i, text] of naughty.entries()) {
    level.set({ text }, i);
    done.inc({ text });
    wait.observe({ text }, i);
    registry.gauge({ name: `gauge_${i}`, help: `${text}.` }).set(i);
  }
  return registry;
}

describe.each(formats)('a torture registry in %s', (format) => {
  let registry: Registry;
  let text: string;
  beforeAll(async () => {
    registry = createTortured();
    text = await registry.render({ format });
  });

  test('reads back as it was, by the reader of our own output', () => {
    const families = parseStrictly(text, format);
    const read = new Map(
      families.flatMap(({ samples }) =>
        samples.map(({ name, labels, value }) => [JSON.stringify([name, labels]), value + 0] as const),
      ),
    );
    const kept = registry.samples().filter(({ name }) => !name.startsWith('metrics_'));
    for (const { name, labels, value } of kept) expect(read.get(JSON.stringify([name, labels]))).toBe(value + 0);
    expect(kept.length).toBeGreaterThan(naughty.length * 3);
  });

  test('reads back as it was, by a reader as lenient as the format', () => {
    const families = format === 'text' ? parseText(text) : parseOpenMetrics(text);
    for (const [i, original] of naughty.entries()) {
      const family = families.find(({ name }) => name === `gauge_${i}`);
      expect(family?.help).toBe(helpIn(format, `${original}.`));
    }
    const texts = families.find(({ name }) => name === 'level')?.samples.map(({ labels }) => labels['text']);
    const whole = new Set(naughty.map(toUtf8));
    // Some look like secrets and are kept without them.
    expect(texts?.filter((of) => whole.has(of ?? '')).length).toBeGreaterThan(whole.size * 0.95);
  });
});

/** What a text is once it is UTF-8. */
function toUtf8(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** The text format has no way to tell a blank before the help from its own. */
function helpIn(format: ExpositionFormat, help: string): string {
  return format === 'text' ? toUtf8(help).replace(/^[ \t]+/, '') : toUtf8(help);
}

const promtool = spawnSync('promtool', ['--version']).status === 0;

test.skipIf(!promtool)('promtool reads all of it (skipped where it is not installed)', async () => {
  const input = await createTortured().render();
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect([status, stdout, stderr]).toEqual([0, '', '']);
});

const anyText = fc.string({ unit: 'binary', maxLength: 40 });

test.each(formats)('any label value and any help survive the way out in %s', async (format) => {
  await fc.assert(
    fc.asyncProperty(anyText, anyText, anyText, async (a, b, help) => {
      const registry = createRegistry();
      const level = registry.gauge({ name: 'level', help: `${help}.`, labels: { a: { limit: 9 }, b: { limit: 9 } } });
      level.set({ a, b }, 1);
      const [family] = parseStrictly(await registry.render({ format }), format);
      expect(family?.help).toBe(helpIn(format, `${help}.`));
      expect(family?.samples.map(({ labels }) => labels)).toEqual(
        registry
          .samples()
          .slice(0, 1)
          .map(({ labels }) => labels),
      );
    }),
    { numRuns: 300 },
  );
});
