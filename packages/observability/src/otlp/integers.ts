// What a number of the language is on the wire.

const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

// The largest double below 2^64.
const maxCount = 2 ** 64 - 2 ** 11;

export function isInt64(value: unknown): value is bigint {
  return typeof value === 'bigint' && value >= minInt64 && value <= maxInt64;
}

/** Whether it is written as an integer and not as a double; a negative zero would lose its sign. */
export function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

export function toSafeInteger(value: number): number {
  return Number.isSafeInteger(value) ? value : 0;
}

/** What is no count, as NaN and what is below zero, counts nothing: encoding never fails. */
export function toCount(value: number): number {
  return value > 0 ? Math.min(Math.round(value), maxCount) : 0;
}
