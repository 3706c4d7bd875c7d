import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toBoundText, toValueText } from './number-text.ts';

test.each([
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
  [0, '0'],
  [-0, '0'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
])('the value %s is written %s', (value, expected) => {
  expect(toValueText(value)).toBe(expected);
});

test.each([
  [0, '0.0'],
  [1, '1.0'],
  [-2.5, '-2.5'],
  [0.005, '0.005'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [123456, '123456.0'],
  [1000000, '1e+06'],
  [1234567, '1.234567e+06'],
  [1e100, '1e+100'],
  [Number.POSITIVE_INFINITY, '+Inf'],
])('the bound %s is written %s', (value, expected) => {
  expect(toBoundText(value)).toBe(expected);
});

test('numbers read back as they were', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  fc.assert(
    fc.property(finite, (value) => {
      expect(Number(toBoundText(value))).toBe(value);
      expect(Number(toValueText(value))).toBe(value === 0 ? 0 : value);
    }),
  );
});
