import fc from 'fast-check';
import client from 'prom-client';
import { expect, test } from 'vitest';
import { createRegistry } from '../registry.ts';
import { parseStrictly, type StrictFamily } from './parser/strict-parser.fixture.ts';

// The same operations on prom-client and on this engine must give the same output.

const labelText = fc.constantFrom('', 'a', 'b', 'with "quotes"', 'back\\slash', 'two\nlines', 'é', '😀', 'x y');
const labels = fc.record({ first: labelText, second: labelText });
const amount = fc.oneof(fc.nat(1000), fc.double({ min: 0, max: 1e6, noNaN: true, noDefaultInfinity: true }));
const anyAmount = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ noNaN: true }));
const buckets = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.double({ min: 0.001, max: 2000, noNaN: true })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((bounds) => bounds.map((bound) => bound + 0).toSorted((a, b) => a - b));

const operation = fc.oneof(
  fc.record({ kind: fc.constant('inc' as const), labels, amount }),
  fc.record({ kind: fc.constant('set' as const), labels, amount: anyAmount }),
  fc.record({ kind: fc.constant('add' as const), labels, amount: fc.integer({ min: -1000, max: 1000 }) }),
  fc.record({ kind: fc.constant('observe' as const), labels, amount }),
  fc.record({ kind: fc.constant('plain' as const), amount }),
);

type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface Both {
  readonly apply: (one: Operation) => void;
  readonly ours: () => Promise<string>;
  readonly theirs: () => Promise<string>;
}

function createBoth(bounds: readonly number[]): Both {
  const registry = createRegistry();
  const foreign = new client.Registry();
  const registers = [foreign];
  const specs = { first: { limit: 100 }, second: { limit: 100 } };
  const help = 'What "this" counts,\nin \\ two lines.';
  const labelNames = ['first', 'second'] as const;
  const ours = {
    counter: registry.counter({ name: 'done_total', help, labels: specs }),
    gauge: registry.gauge({ name: 'level', help, labels: specs }),
    histogram: registry.histogram({ name: 'wait_seconds', help, labels: specs, buckets: bounds }),
    plain: registry.counter({ name: 'plain_total', help }),
  };
  const theirs = {
    counter: new client.Counter({ name: 'done_total', help, labelNames, registers }),
    gauge: new client.Gauge({ name: 'level', help, labelNames, registers }),
    histogram: new client.Histogram({ name: 'wait_seconds', help, labelNames, buckets: [...bounds], registers }),
    plain: new client.Counter({ name: 'plain_total', help, registers }),
  };
  return {
    apply(one) {
      if (one.kind === 'plain') {
        ours.plain.inc(one.amount);
        theirs.plain.inc(one.amount);
      } else if (one.kind === 'inc') {
        ours.counter.inc(one.labels, one.amount);
        theirs.counter.inc(one.labels, one.amount);
      } else if (one.kind === 'set') {
        ours.gauge.set(one.labels, one.amount);
        theirs.gauge.set(one.labels, one.amount);
      } else if (one.kind === 'add') {
        ours.gauge.inc(one.labels, one.amount);
        theirs.gauge.inc(one.labels, one.amount);
      } else {
        ours.histogram.observe(one.labels, one.amount);
        theirs.histogram.observe(one.labels, one.amount);
      }
    },
    ours: () => registry.render(),
    theirs: () => foreign.metrics(),
  };
}

/** What differs only in spelling: empty lines, families without series, bounds such as 1 for 1.0, le first or last. */
function normalise(text: string): string {
  const withoutEmpty = text.replace(/\n+/g, '\n').replace(/# HELP \S+ .*\n# TYPE \S+ \S+\n(?=# |$)/g, '');
  return withoutEmpty.replace(/\{(?:le="([^"]+)",?)?(.*?)(?:,?le="([^"]+)")?\} (\S+)$/gm, (...found) => {
    const [, before, others, after, value] = found as readonly (string | undefined)[];
    const bound = before ?? after;
    const le = bound === undefined ? '' : `le=${bound === '+Inf' ? bound : Number(bound)};`;
    return `{${le}${others}} ${value}`;
  });
}

test('any history of ordinary operations gives the text that prom-client gives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 60 }), buckets, async (operations, bounds) => {
      const both = createBoth(bounds);
      for (const one of operations) both.apply(one);
      expect(normalise(await both.ours())).toBe(normalise(await both.theirs()));
    }),
    { numRuns: 200 },
  );
});

test('an attached registry gives the numbers of its own output', async () => {
  const numbersOf = (families: readonly StrictFamily[]) =>
    families.flatMap(({ samples }) =>
      samples.map(({ name, labels: of, value }) => [name, Object.entries(of).sort(), value + 0]),
    );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(labels, anyAmount, amount), { maxLength: 30 }), async (history) => {
      const foreign = new client.Registry();
      const labelNames = ['first', 'second'] as const;
      const gauge = new client.Gauge({ name: 'level', help: 'h', labelNames, registers: [foreign] });
      const counter = new client.Counter({ name: 'done_total', help: 'h', labelNames, registers: [foreign] });
      const wait = new client.Histogram({ name: 'wait_seconds', help: 'h', labelNames, registers: [foreign] });
      for (const [of, level, by] of history) {
        gauge.set(of, level);
        counter.inc(of, by);
        wait.observe(of, by);
      }
      const registry = createRegistry();
      registry.attach(foreign);
      const theirs = (await foreign.metrics()).replace(/\n+/g, '\n').replace(/ Nan$/gm, ' NaN').replace(/^\n/, '');
      const ours = parseStrictly(await registry.render(), 'text').filter(({ name }) => !name.startsWith('metrics_'));
      expect(numbersOf(ours)).toEqual(
        numbersOf(parseStrictly(theirs, 'text')).map(([name, of, value]) => [name, sameBound(of), value]),
      );
    }),
    { numRuns: 100 },
  );
});

function sameBound(labelsOf: unknown): unknown {
  return (labelsOf as readonly [string, string][]).map(([name, value]) => [
    name,
    name === 'le' && /^\d+$/.test(value) ? `${value}.0` : value,
  ]);
}
