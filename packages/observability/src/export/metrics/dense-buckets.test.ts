import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NativeBuckets } from '../../metrics/native/native-buckets.ts';
import { type SparseBuckets, toDense } from './dense-buckets.ts';

function bucketsOf(values: readonly number[], maxBuckets = 160): SparseBuckets {
  const buckets = new NativeBuckets(maxBuckets);
  for (const value of values) buckets.record(value);
  return {
    schema: buckets.schema,
    zeroCount: buckets.zeroCount,
    positive: buckets.bucketsOf('positive'),
    negative: buckets.bucketsOf('negative'),
  };
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

test('neighbours are side by side, what is empty between them too', () => {
  expect(toDense(bucketsOf([1, 2, -2]))).toEqual({
    scale: 3,
    positive: { offset: -1, counts: [1, 0, 0, 0, 0, 0, 0, 0, 1] },
    negative: { offset: 7, counts: [1] },
  });
  expect(toDense(bucketsOf([]))).toEqual({
    scale: 3,
    positive: { offset: 0, counts: [] },
    negative: { offset: 0, counts: [] },
  });
});

test('two values far apart are not told with thousands of empty buckets between', () => {
  const { scale, positive } = toDense(bucketsOf([1e-9, 1e300]));
  expect(scale).toBe(-2);
  expect(positive.counts.length).toBeLessThanOrEqual(320);
  expect(total(positive.counts)).toBe(2);
});

test('whatever was counted: at most 320 for each sign, none lost, each in the bucket its value belongs to', () => {
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(fc.array(value, { maxLength: 50 }), (values) => {
      const sparse = bucketsOf(values, 10_000);
      const { scale, positive, negative } = toDense(sparse);
      expect(scale).toBeGreaterThanOrEqual(-4);
      for (const [side, sign] of [
        [positive, 1],
        [negative, -1],
      ] as const) {
        expect(side.counts.length).toBeLessThanOrEqual(320);
        expect(side.counts.at(0) ?? 1).toBeGreaterThan(0);
        expect(side.counts.at(-1) ?? 1).toBeGreaterThan(0);
        const inside = values.filter((one) => one * sign > 2 ** -128);
        expect(total(side.counts)).toBe(inside.length);
        for (const one of inside) {
          const index = Math.ceil(Math.log2(Math.abs(one)) * 2 ** scale) - 1;
          // A rounded logarithm may name the neighbour.
          const near = [-1, 0, 1].map((step) => side.counts[index - side.offset + step] ?? 0);
          expect(total(near)).toBeGreaterThan(0);
        }
      }
    }),
  );
});
