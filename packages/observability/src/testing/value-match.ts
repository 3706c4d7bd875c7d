import { inspect, isDeepStrictEqual } from 'node:util';

/** Fields a line or span must have; it may have more. */
export type ExpectedFields = Readonly<Record<string, unknown>>;

/** One place where something is not as expected. */
export interface Difference {
  /** `error.type` for a field inside a field. */
  readonly path: string;
  readonly expected: unknown;
  /** Undefined also where there is nothing. */
  readonly actual: unknown;
}

/** Expectations of vitest and jest such as `expect.any(Number)`; node:test has none. */
interface Matcher {
  asymmetricMatch(actual: unknown): boolean;
}

/**
 * Where `actual` lacks what is expected: equal values, texts that match an expected RegExp, whatever a matcher of the
 * test runner accepts. Inside a field everything counts, at the top only what is expected.
 */
export function findDifferences(actual: ExpectedFields, expected: ExpectedFields): Difference[] {
  return Object.entries(expected).flatMap(([name, value]) => compare(actual[name], value, name));
}

function compare(actual: unknown, expected: unknown, path: string): Difference[] {
  if (isMatcher(expected)) return expected.asymmetricMatch(actual) ? [] : [{ path, expected, actual }];
  if (expected instanceof RegExp && typeof actual === 'string') {
    // A copy, because one with the flag g remembers where it stopped.
    return new RegExp(expected).test(actual) ? [] : [{ path, expected, actual }];
  }
  if (isDeepStrictEqual(actual, expected)) return [];
  if (!isPlain(actual) || !isPlain(expected)) return [{ path, expected, actual }];
  const names = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...names].flatMap((name) => compare(actual[name], expected[name], `${path}.${name}`));
}

function isMatcher(value: unknown): value is Matcher {
  return typeof value === 'object' && value !== null && 'asymmetricMatch' in value;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && (Array.isArray(value) || isRecord(value));
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const longestText = 300;

/** A value in one line, cut where it would hide the rest. */
export function showValue(value: unknown): string {
  if (isMatcher(value)) return String(value);
  const text = inspect(value, { depth: 6, breakLength: Number.POSITIVE_INFINITY, maxStringLength: longestText });
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}
