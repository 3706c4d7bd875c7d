import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coarsestSchema, finestSchema, nativeIndex } from './native-index.ts';

const doubles = new DataView(new ArrayBuffer(8));

/** The value as whole number × 2^exponent. */
function exactParts(value: number): { readonly whole: bigint; readonly exponent: bigint } {
  doubles.setFloat64(0, value);
  const bits = doubles.getBigUint64(0);
  return { whole: (bits & ((1n << 52n) - 1n)) | (1n << 52n), exponent: (bits >> 52n) - 1075n };
}

/** Whether value ≤ 2^(power / 256), in whole numbers: value^256 ≤ 2^power. */
function isUpTo(value: number, power: bigint): boolean {
  const { whole, exponent } = exactParts(value);
  const shift = power - 256n * exponent;
  return shift >= 0n && whole ** 256n <= 1n << shift;
}

/** As nothing but the definition says: the only i with 2^(i/256) < value ≤ 2^((i+1)/256). */
function isInBucket(value: number, index: number): boolean {
  return !isUpTo(value, BigInt(index)) && isUpTo(value, BigInt(index) + 1n);
}

const normal = fc
  .record({
    fraction: fc.double({ min: 1, max: 2, maxExcluded: true, noNaN: true }),
    exponent: fc.integer({ min: -1022, max: 1023 }),
  })
  .map(({ fraction, exponent }) => fraction * 2 ** exponent);

test('any number lies in the bucket that is found for it', () => {
  fc.assert(
    fc.property(normal, (value) => {
      expect(isInBucket(value, nativeIndex().find(value))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('around every bound, the last number up to it and the first above it are told apart', () => {
  const index = nativeIndex();
  for (let i = 0; i < 256; i++) {
    const near = 2 ** (i / 256);
    for (let steps = -2; steps <= 2; steps++) {
      const value = near + steps * 2 ** -52;
      if (value >= 1) expect([i, steps, isInBucket(value, index.find(value))]).toEqual([i, steps, true]);
    }
  }
});

test('powers of two end their bucket, at every schema', () => {
  const index = nativeIndex();
  for (let exponent = -128; exponent <= 1023; exponent++) {
    const value = 2 ** exponent;
    for (let schema = coarsestSchema; schema <= finestSchema; schema++) {
      const at = index.find(value) >> (finestSchema - schema);
      expect(at).toBe(Math.ceil(exponent * 2 ** schema) - 1);
      expect(index.find(value * (1 + 2 ** -52)) >> (finestSchema - schema)).toBe(Math.floor(exponent * 2 ** schema));
    }
  }
});

test('the largest number has a bucket', () => {
  expect(nativeIndex().find(Number.MAX_VALUE)).toBe(1024 * 256 - 1);
});
