import { expect, test } from 'vitest';
import { toShortKey } from './short-key.ts';

test('a key is kept as it is, a long one as something short that is different for each', () => {
  expect(toShortKey('a\n1')).toBe('a\n1');
  const long = ['a', 'b'].map((end) => toShortKey(`${'x'.repeat(20_000)}${end}`));
  expect(long.map((key) => key.length < 200)).toEqual([true, true]);
  expect(new Set(long).size).toBe(2);
  expect(toShortKey(`${'x'.repeat(20_000)}a`)).toBe(long[0]);
});
