import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Cells } from './cells.ts';
import { LabelDictionary } from './label-dictionary.ts';
import { compileFinder, createPlainFinder, type FinderTables } from './series-finder.ts';
import { SeriesGuess } from './series-guess.ts';
import { SeriesTable } from './series-table.ts';
import { SlotIndex } from './slot-index.ts';

function createTables(
  labels: readonly string[],
  sets: readonly (readonly string[])[] = [],
  metric = 'm',
): FinderTables {
  const dictionaries = labels.map((label) => new LabelDictionary(label, { limit: 1000 }));
  const index = new SlotIndex(labels.length);
  const guess = new SeriesGuess(labels.length);
  for (let slots = 1; slots <= sets.length; slots++) guess.reserve(slots);
  for (const [slot, values] of sets.entries()) {
    index.insert(
      slot,
      dictionaries.map((dictionary, i) => dictionary.acquire(values[i] ?? '')),
    );
  }
  return { metric, dictionaries, index, guess };
}

const names = ['item', 'class', 'function', 'd', 'e'];
const value = fc.constantFrom('a', 'b', 'c', '', 'constructor', '__other__', 'a,b');

test.each([1, 2, 3, 4, 5])('the finder written out for %i labels finds what the plain one finds', (width) => {
  const labels = names.slice(0, width);
  const set = fc.array(value, { minLength: width, maxLength: width });
  const key = (values: readonly string[]) => JSON.stringify(values);
  fc.assert(
    fc.property(fc.uniqueArray(set, { selector: key }), fc.array(set, { maxLength: 40 }), (known, asked) => {
      const tables = createTables(labels, known);
      const [compiled, plain] = [compileFinder(tables), createPlainFinder(tables)];
      for (const values of [...asked, ...known, ...known]) {
        const given = Object.fromEntries(labels.map((label, i) => [label, values[i]]));
        const slot = known.findIndex((other) => key(other) === key(values));
        expect(compiled?.(given)).toBe(slot);
        expect(plain(given)).toBe(slot);
      }
    }),
  );
});

test('names that are no plain identifiers never become code', () => {
  expect(compileFinder(createTables(['item; throw 1']))).toBeNull();
  expect(compileFinder(createTables(['item'], [], '*/ throw 1 /*'))).toBeNull();
  expect(compileFinder(createTables([]))).toBeNull();
});

test('where no code may be made from strings, the plain finder does the same', () => {
  const module = new URL('../registry.ts', import.meta.url).href;
  const program = `
    const { createRegistry } = await import(${JSON.stringify(module)});
    const registry = createRegistry();
    const done = registry.counter({ name: 'done_total', help: 'h', labels: { a: { limit: 5 }, b: ['x', 'y'] } });
    for (let i = 0; i < 20; i++) done.inc({ a: 'a' + (i % 2), b: i % 3 === 0 ? 'x' : 'y' });
    process.stdout.write(JSON.stringify(registry.samples().map(({ value }) => value)));`;
  const args = ['--disallow-code-generation-from-strings', '--import', 'tsx', '--input-type=module', '-e', program];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: import.meta.dirname });
  expect([stdout, stderr]).toEqual(['[4,7,6,3]', '']);
});

test('a caller may change and reuse one object for all its labels', () => {
  const table = new SeriesTable({
    metric: 'm',
    labels: { a: { limit: 9 }, b: { limit: 9 } },
    cells: new Cells(1),
    onProblem() {},
  });
  const given = { a: '', b: '' };
  const slots = new Map<string, number>();
  for (let i = 0; i < 400; i++) {
    given.a = `a${i % 3}`;
    given.b = `b${i % 4}`;
    const slot = table.slotOf(given);
    expect(slot).toBe(slots.get(`${given.a}${given.b}`) ?? slots.size);
    slots.set(`${given.a}${given.b}`, slot);
    expect(table.labelsOf(slot)).toEqual(given);
  }
});

test('a right guess never points to a series that took the place of another', () => {
  const table = new SeriesTable({ metric: 'm', labels: { a: { limit: 9 } }, cells: new Cells(1), onProblem() {} });
  for (let i = 0; i < 10; i++) table.slotOf({ a: i % 2 === 0 ? 'x' : 'y' });
  table.release(table.peek({ a: 'y' }));
  expect(table.slotOf({ a: 'z' })).toBe(1);
  expect(table.slotOf({ a: 'x' })).toBe(0);
  expect(table.labelsOf(table.slotOf({ a: 'y' }))).toEqual({ a: 'y' });
  expect(table.slotOf({ a: 'y' })).not.toBe(table.slotOf({ a: 'z' }));
});

test('guessing pauses while most guesses are wrong, and is tried again', () => {
  const guess = new SeriesGuess(1);
  for (let i = 0; i < 1023; i++) guess.learn(i % 4);
  expect(guess.isOn).toBe(true);
  guess.learn(0);
  expect(guess.isOn).toBe(false);
  for (let i = 0; i < 15 * 1024; i++) guess.skip();
  expect(guess.isOn).toBe(true);
});

test('with more series than places to remember them, every lookup still finds its own', () => {
  const table = new SeriesTable({ metric: 'm', labels: { a: { limit: 9_000 } }, cells: new Cells(1), onProblem() {} });
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 9_000; i++) expect(table.slotOf({ a: `a${i}` })).toBe(i);
  }
});

test('a series that goes ends guessing for a while; nothing learnt before counts afterwards', () => {
  const guess = new SeriesGuess(1);
  guess.learn(1);
  guess.forget();
  expect(guess.isOn).toBe(false);
  for (let i = 0; i < 64; i++) guess.skip();
  expect([guess.isOn, ...guess.next]).toEqual([true, -1, -1, -1, -1]);
});

test('where most guesses are wrong, a series that goes does not bring them back sooner', () => {
  const guess = new SeriesGuess(1);
  for (let i = 0; i < 1024; i++) guess.learn(i % 4);
  guess.forget();
  for (let i = 0; i < 15 * 1024 - 1; i++) guess.skip();
  expect(guess.isOn).toBe(false);
});
