import { describe, expect, it } from 'vitest';
import { ageText, nameText, numberText, valueText } from './wording.ts';

describe('words for numbers', () => {
  it.each([
    [null, 'unknown'],
    [0, 'under 1 s'],
    [42.4, '42 s'],
    [300, '5 min'],
    [7_200, '2 h'],
    [400_000, '5 d'],
  ])('age %s: %s', (seconds, text) => {
    expect(ageText(seconds)).toBe(text);
  });

  it.each([
    [null, 'unknown'],
    [Number.NaN, 'unknown'],
    [0, '0'],
    [5.5e-24, '5.500e-24'],
    [0.0123, '0.0123'],
    [12_345.678, '12,346'],
    [4_200_000, '4.2M'],
  ])('number %s: %s', (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  it('take the unit from the name', () => {
    expect(valueText('liquidity_usd', 4_200_000)).toBe('$4.2M');
    expect(valueText('buy_tax_fraction', 0.05)).toBe('5 %');
    expect(valueText('price_usd', null)).toBe('unknown');
    expect(nameText('lp_locked_fraction')).toBe('Lp locked');
  });
});
