import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFraction, parsePositive, parseQuantity } from './numeric.ts';

describe('parseQuantity', () => {
  it('keeps the text of a string and writes a number in its shortest form', () => {
    expect(parseQuantity('0.01250')).toEqual({ value: 0.0125, raw: '0.01250' });
    expect(parseQuantity(3.271e-9)).toEqual({ value: 3.271e-9, raw: '3.271e-9' });
    expect(parseQuantity('0.000000000000000000000005458')?.value).toBe(5.458e-24);
    expect(parseQuantity('115792089237316195423570985008687907853269984665640564039457')?.raw).toHaveLength(60);
  });

  it.each([
    null,
    undefined,
    '',
    ' ',
    'NaN',
    'Infinity',
    '-Infinity',
    'abc',
    '0x10',
    '1,234',
    '$5',
    '1e',
    '.',
    '1_000',
    true,
    {},
    [],
    [1],
    10n,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    '1e999',
    '1'.repeat(300),
  ])('takes %s for nothing', (value) => expect(parseQuantity(value)).toBeNull());

  it('refuses a number that would be shown as 0 without being 0', () => {
    expect(parseQuantity('1e-400')).toBeNull();
    expect(parseQuantity('0e5')?.value).toBe(0);
    expect(parseQuantity('0.000')?.value).toBe(0);
  });

  it('gives back any finite number, written as a number or as text', () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        expect(parseQuantity(value)?.value).toBe(value);
        expect(parseQuantity(String(value))?.value).toBe(Number(String(value)));
      }),
    );
  });

  it('never throws and never gives a value that is not finite', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.stringMatching(/^[-+.0-9eE]{0,30}$/)), (value) => {
        const quantity = parseQuantity(value);
        expect(quantity === null || (Number.isFinite(quantity.value) && quantity.raw.length <= 200)).toBe(true);
      }),
    );
  });
});

describe('parsePositive and parseFraction', () => {
  it('take 0 for unknown where the source writes it so', () => {
    expect(parsePositive(0)).toBeNull();
    expect(parsePositive('-1')).toBeNull();
    expect(parsePositive('2')?.value).toBe(2);
  });

  it('take only 0 to 1 for a share', () => {
    expect(['0', '0.0493', '1', '1.01', '-0.1', ''].map((text) => parseFraction(text)?.value ?? null)).toEqual([
      0,
      0.0493,
      1,
      null,
      null,
      null,
    ]);
  });
});
