import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LabelSpecs } from '../label-specs.ts';
import { Cells } from './cells.ts';
import { type LabelProblem, SeriesTable } from './series-table.ts';

function createTable(labels: LabelSpecs) {
  const problems: LabelProblem[] = [];
  const cells = new Cells(1);
  const table = new SeriesTable({ metric: 'm', labels, cells, onProblem: (problem) => problems.push(problem) });
  return { table, cells, problems };
}

const wide = { limit: 10_000 };

/** Strings made to collide under joining: separators, quotes, escapes, names of inherited things. */
const trickyValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    '',
    'a',
    'a,b',
    'a|',
    '|a',
    'x,b:y',
    '"',
    '\\',
    '\\"',
    '\n',
    '\0',
    'constructor',
    '__proto__',
    '0',
    '-1',
  ),
);

const budgets = { timeout: 30_000, numRuns: 200 };

for (const width of [1, 2, 3, 4, 5]) {
  test(`two different sets of ${width} label values are never one series`, () => {
    const names = ['a', 'b', 'c', 'd', 'e'].slice(0, width);
    const specs = Object.fromEntries(names.map((name) => [name, wide]));
    const set = fc.tuple(...names.map(() => trickyValue));
    fc.assert(
      fc.property(fc.array(set, { minLength: 1, maxLength: 60 }), (sets) => {
        const { table } = createTable(specs);
        const slots = new Map<string, number>();
        for (const values of sets) {
          const labels = Object.fromEntries(names.map((name, i) => [name, values[i]]));
          const key = JSON.stringify(values);
          const slot = table.slotOf(labels);
          expect(slot).toBe(slots.get(key) ?? slots.size);
          slots.set(key, slot);
          expect(table.labelsOf(slot)).toEqual(labels);
        }
        expect(table.size).toBe(slots.size);
      }),
      budgets,
    );
  });
}

test('series come and go like the entries of a map', () => {
  const small = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const step = fc.record({ remove: fc.boolean(), a: small, b: small });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
      const { table, cells } = createTable({ a: wide, b: wide });
      const model = new Map<string, number>();
      for (const [i, { remove, a, b }] of steps.entries()) {
        const labels = { a, b };
        if (remove) {
          const slot = table.peek(labels);
          expect(slot >= 0).toBe(model.delete(JSON.stringify(labels)));
          table.release(slot);
        } else {
          const slot = table.slotOf(labels);
          cells.values[slot] = i;
          model.set(JSON.stringify(labels), i);
        }
      }
      const live = Array.from({ length: table.size }, (_, slot) => slot).filter((slot) => table.isLive(slot));
      const held = live.map((slot) => [JSON.stringify(table.labelsOf(slot)), cells.values[slot]] as const);
      expect(new Map(held)).toEqual(model);
    }),
    { numRuns: 300 },
  );
});

test('ten thousand series stay apart', () => {
  const { table } = createTable({ a: wide, b: wide });
  const slots = new Set<number>();
  for (let i = 0; i < 10_000; i++) slots.add(table.slotOf({ a: `a${i % 100}`, b: `b${Math.floor(i / 100)}` }));
  expect(slots.size).toBe(10_000);
  expect(table.slotOf({ a: 'a7', b: 'b42' })).toBe(4207);
});

test('more values of one label than two bytes can number stay apart', () => {
  const { table } = createTable({ a: { limit: 70_000 }, b: wide });
  for (let i = 0; i < 66_000; i++) table.slotOf({ a: `a${i}`, b: 'b' });
  for (const i of [0, 463, 464, 65_535, 65_536, 65_999]) {
    expect(table.slotOf({ a: `a${i}`, b: 'b' })).toBe(i);
    expect(table.labelsOf(i)).toEqual({ a: `a${i}`, b: 'b' });
  }
});

test('a removed series starts again from zero and its budget is free', () => {
  const { table, cells, problems } = createTable({ a: { limit: 1 } });
  const slot = table.slotOf({ a: 'x' });
  cells.values[slot] = 5;
  table.release(slot);
  expect(table.labelsOf(table.slotOf({ a: 'y' }))).toEqual({ a: 'y' });
  expect(cells.values[slot]).toBe(0);
  expect(problems).toEqual([]);
});

test('removing a value that is only in the overflow series removes nothing', () => {
  const { table } = createTable({ a: { limit: 1 } });
  table.slotOf({ a: 'x' });
  table.slotOf({ a: 'beyond' });
  expect(table.peek({ a: 'beyond' })).toBe(-1);
});

test('a missing label is kept as the empty string and reported', () => {
  const { table, problems } = createTable({ a: ['x'], constructor: ['y'] });
  expect(table.labelsOf(table.slotOf({ a: 'x' }))).toEqual({ a: 'x', constructor: '' });
  expect(problems).toEqual([{ kind: 'label_missing', label: 'constructor', example: '' }]);
});

test('an undeclared label is ignored and reported', () => {
  const { table, problems } = createTable({ a: ['x'] });
  expect(table.slotOf({ a: 'x', extra: '1' })).toBe(table.slotOf({ a: 'x' }));
  expect(problems).toEqual([{ kind: 'label_undeclared', label: 'extra' }]);
});

test('numbers and booleans are kept as their text, other things under __other__', () => {
  const { table } = createTable({ a: wide });
  const kept = [200, true, 10n, { secret: 1 }, Symbol('s'), null].map((a) => table.labelsOf(table.slotOf({ a }))['a']);
  expect(kept).toEqual(['200', 'true', '10', '__other__', '__other__', '']);
  expect(table.slotOf({ a: 200 })).toBe(table.slotOf({ a: '200' }));
});

test('half a surrogate pair becomes the replacement character', () => {
  const { table } = createTable({ a: wide });
  expect(table.labelsOf(table.slotOf({ a: 'x\uD800y' }))).toEqual({ a: 'x\uFFFDy' });
  expect(table.labelsOf(table.slotOf({ a: '😀' }))).toEqual({ a: '😀' });
});

test('a value of megabytes is not kept', () => {
  const { table } = createTable({ a: wide });
  expect(table.labelsOf(table.slotOf({ a: 'x'.repeat(5_000_000) }))).toEqual({ a: '__other__' });
});
