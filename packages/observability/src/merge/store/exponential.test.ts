import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addExponentials,
  countOf,
  type Exponential,
  negated,
  rescaled,
  toClassicBuckets,
  toExponential,
} from './exponential.ts';

const empty: Exponential = {
  scale: 3,
  zeroCount: 0,
  zeroThreshold: 0,
  positive: { offset: 0, counts: [] },
  negative: { offset: 0, counts: [] },
};

const counts = fc.array(fc.nat(20), { maxLength: 30 });
const buckets = fc.record({ offset: fc.integer({ min: -40, max: 40 }), counts });
const exponentials = fc
  .record({ scale: fc.integer({ min: -4, max: 12 }), zeroCount: fc.nat(5), positive: buckets, negative: buckets })
  .map((sent) => toExponential({ ...sent, zeroThreshold: 0 }))
  .filter((made) => made !== null);

test('adding loses no count, in any order', () => {
  fc.assert(
    fc.property(exponentials, exponentials, exponentials, (a, b, c) => {
      const left = addExponentials(addExponentials(a, b), c);
      expect(countOf(left)).toBe(countOf(a) + countOf(b) + countOf(c));
      expect(addExponentials(a, addExponentials(c, b))).toEqual(left);
    }),
  );
});

test('what was added can be taken away again', () => {
  fc.assert(
    fc.property(exponentials, exponentials, (a, b) => {
      const left = addExponentials(addExponentials(a, b), negated(b));
      expect(countOf(left)).toBe(countOf(a));
      const coarse = Math.min(left.scale, a.scale);
      expect(toClassicBuckets(rescaled(left, coarse), 64).at(-1)?.[1] ?? countOf(a)).toBe(
        toClassicBuckets(rescaled(a, coarse), 64).at(-1)?.[1] ?? countOf(a),
      );
    }),
  );
});

test('a coarser scale holds the same values', () => {
  const fine = { ...empty, positive: { offset: -3, counts: [1, 2, 3, 4, 5, 6] } };
  // -3..-2 → -2, -1 → -1 … by halves.
  expect(rescaled(fine, 2).positive).toEqual({ offset: -2, counts: [1, 5, 9, 6] });
});

test('classic buckets stand at powers of two and never fall', () => {
  fc.assert(
    fc.property(exponentials, (histogram) => {
      const shown = toClassicBuckets(histogram, 64);
      expect(shown.length).toBeLessThanOrEqual(64);
      for (const [i, [bound, count]] of shown.entries()) {
        expect(Number.isInteger(Math.log2(bound))).toBe(true);
        expect(count).toBeGreaterThanOrEqual(shown[i - 1]?.[1] ?? 0);
      }
      expect(shown.at(-1)?.[1] ?? countOf(histogram)).toBe(countOf(histogram));
    }),
  );
  const histogram = {
    ...empty,
    zeroCount: 1,
    positive: { offset: 7, counts: [1, 1] },
    negative: { offset: 0, counts: [2] },
  };
  expect(toClassicBuckets(histogram, 64)).toEqual([
    [2, 4],
    [4, 5],
  ]);
});

test('another zero is widened until it cuts no bucket', () => {
  const narrow = { ...empty, scale: 0, positive: { offset: -2, counts: [5, 7] } };
  const wide = { ...empty, scale: 0, zeroCount: 1, zeroThreshold: 0.3, positive: { offset: 3, counts: [2] } };
  const sum = addExponentials(narrow, wide);
  // 0.25 to 0.5 is cut by 0.3, so it is zero whole.
  expect(sum).toMatchObject({ zeroThreshold: 0.5, zeroCount: 6, positive: { offset: -1, counts: [7, 0, 0, 0, 2] } });
});

test('absurd ones are refused, and a wide range is kept small', () => {
  const refused: readonly Partial<Exponential>[] = [
    { scale: -5 },
    { scale: 1.5 },
    { scale: Number.NaN },
    { zeroCount: -1 },
    { zeroThreshold: Number.NaN },
    { positive: { offset: 2 ** 31, counts: [1] } },
    { positive: { offset: 0.5, counts: [1] } },
    { positive: { offset: 0, counts: [-1] } },
    { positive: { offset: 0, counts: [Number.NaN] } },
    { positive: { offset: 0, counts: new Array<number>(5_000).fill(1) } },
  ];
  for (const change of refused) expect(toExponential({ ...empty, ...change }), JSON.stringify(change)).toBeNull();
  const low = toExponential({ ...empty, scale: 8, positive: { offset: -200_000, counts: [1] } });
  const high = toExponential({ ...empty, scale: 8, positive: { offset: 200_000, counts: [1] } });
  expect(low).not.toBeNull();
  if (low === null || high === null) return;
  const sum = addExponentials(low, high);
  expect(sum.positive.counts.length).toBeLessThanOrEqual(640);
  expect(countOf(sum)).toBe(2);
});
