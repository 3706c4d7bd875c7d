import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BucketSearch } from './bucket-search.ts';

const plain = (bounds: readonly number[], value: number) => {
  const found = bounds.findIndex((bound) => value <= bound);
  return found < 0 ? bounds.length : found;
};

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const anyBounds = fc
  .uniqueArray(
    fc.oneof(finite, fc.integer({ min: -20, max: 20 }), fc.constantFrom(5e-324, 1e-9, 0.005, 1e21, 1e308, -5e-324)),
    { minLength: 1, maxLength: 20, comparator: (a, b) => a === b },
  )
  .map((bounds) => bounds.map((bound) => bound + 0).sort((a, b) => a - b));

test('finds what comparing every bound finds', () => {
  fc.assert(
    fc.property(anyBounds, fc.array(finite), (bounds, values) => {
      const search = new BucketSearch(bounds);
      const tried = [...values, ...bounds, ...bounds.map((bound) => bound * (1 + 2 ** -52)), 0, -0, 5e-324, 1.7e308];
      for (const value of tried.filter(Number.isFinite)) expect(search.find(value)).toBe(plain(bounds, value));
    }),
    { numRuns: 500 },
  );
});

test('a bound belongs to its own bucket, what is just above it to the next', () => {
  const search = new BucketSearch([0.1, 0.5, 1]);
  expect([0.1, 0.1 + 2 ** -56, 0.5, 1, 1 + 2 ** -52].map((value) => search.find(value))).toEqual([0, 1, 1, 2, 3]);
});

test('bounds from the smallest to the largest number take a table of kilobytes, not more', () => {
  const search = new BucketSearch([5e-324, 1, 1.7e308]);
  expect([0, 5e-324, 1e-323, 1, 2, 1.7e308, 1.75e308].map((value) => search.find(value))).toEqual([
    0, 0, 1, 1, 2, 2, 3,
  ]);
});
