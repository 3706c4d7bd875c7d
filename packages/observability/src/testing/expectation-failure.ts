import { AssertionError } from 'node:assert';
import { nearestName } from '../config/nearest-name.ts';
import { type Difference, type ExpectedFields, findDifferences, showValue } from './value-match.ts';

/** A captured line or span, as failures tell of it. */
export interface Entry {
  readonly name: string;
  readonly fields: ExpectedFields;
}

/** What a test looked for. */
export interface Wanted {
  /** `log line`, `finished span`. */
  readonly what: string;
  readonly name: string;
  readonly fields: ExpectedFields;
}

/** What a failed expectation shows. */
export interface Failure {
  readonly message: string;
  /** Shown by test runners as a difference. */
  readonly actual: unknown;
  readonly expected: unknown;
  /** The stack begins at whoever called this. */
  readonly calledAs: (...args: never[]) => unknown;
}

const mostShown = 20;

/** An ordinary AssertionError, which vitest, jest and node:test show with the difference of `actual` and `expected`. */
export function failExpectation({ message, actual, expected, calledAs }: Failure): never {
  throw new AssertionError({ message, actual, expected, operator: 'deepEqual', stackStartFn: calledAs });
}

/** Fails with what there is instead: the nearest entry of that name and where it differs, else all names. */
export function failMissing(wanted: Wanted, entries: readonly Entry[], calledAs: (...args: never[]) => unknown): never {
  const { name, fields } = wanted;
  const expected = { [name]: fields };
  const head = `expected a ${describeWanted(wanted)}`;
  const same = entries.filter((entry) => entry.name === name);
  const nearest = findNearest(same, fields);
  if (nearest === undefined) {
    const message = `${head}, ${describeNames(wanted, entries)}`;
    failExpectation({ message, actual: countNames(entries), expected, calledAs });
  }
  const actual = { [name]: pickExpected(nearest.entry.fields, nearest.differences, fields) };
  const others = same.filter((entry) => entry !== nearest.entry);
  const message = [
    `${head}, the nearest of ${same.length} differs in`,
    ...nearest.differences.map(describeDifference),
    'it has',
    `  ${showValue(nearest.entry.fields)}`,
    ...(others.length === 0 ? [] : ['the others have', ...list(others.map(({ fields: has }) => showValue(has)))]),
  ].join('\n');
  failExpectation({ message, actual, expected, calledAs });
}

/** Fails with what should not be there. */
export function failPresent(wanted: Wanted, found: readonly Entry[], calledAs: (...args: never[]) => unknown): never {
  const count = found.length === 1 ? 'there is one' : `there are ${found.length}`;
  failExpectation({
    message: [
      `expected no ${describeWanted(wanted)}, ${count}`,
      ...list(found.map(({ fields }) => showValue(fields))),
    ].join('\n'),
    actual: found.map(({ fields }) => fields),
    expected: [],
    calledAs,
  });
}

function describeWanted({ what, name, fields }: Wanted): string {
  return `${what} "${name}"${Object.keys(fields).length === 0 ? '' : ` with ${showValue(fields)}`}`;
}

function findNearest(
  entries: readonly Entry[],
  fields: ExpectedFields,
): { readonly entry: Entry; readonly differences: readonly Difference[] } | undefined {
  return entries
    .map((entry) => ({ entry, differences: findDifferences(entry.fields, fields) }))
    .sort((one, other) => one.differences.length - other.differences.length)
    .at(0);
}

/** The expected fields as they are: what is equal must look equal, also where a matcher was satisfied. */
function pickExpected(
  actual: ExpectedFields,
  differences: readonly Difference[],
  expected: ExpectedFields,
): ExpectedFields {
  const differing = new Set(differences.map(({ path }) => path.split('.')[0]));
  return Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [name, differing.has(name) ? actual[name] : value]),
  );
}

function describeDifference({ path, expected, actual }: Difference): string {
  if (expected === undefined) return `  ${path}: expected nothing, was ${showValue(actual)}`;
  return `  ${path}: expected ${showValue(expected)}, was ${actual === undefined ? 'missing' : showValue(actual)}`;
}

function describeNames({ name }: Wanted, entries: readonly Entry[]): string {
  if (entries.length === 0) return 'nothing was recorded';
  const counts = countNames(entries);
  const near = nearestName(name, Object.keys(counts));
  const lines = Object.entries(counts).map(([other, count]) => `${other} × ${count}`);
  return [`recorded were${near === undefined ? '' : ` (did you mean "${near}"?)`}`, ...list(lines)].join('\n');
}

function countNames(entries: readonly Entry[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name } of entries) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function list(lines: readonly string[]): string[] {
  const shown = lines.slice(0, mostShown).map((line) => `  ${line}`);
  return lines.length <= mostShown ? shown : [...shown, `  … and ${lines.length - mostShown} more`];
}
