import { expect, test } from 'vitest';
import { SeriesStarts } from './series-starts.ts';

test('a series counts since the read before it was born', () => {
  const starts = new SeriesStarts();
  starts.add(3, 10n);
  starts.add(3, 20n);
  starts.add(5, 30n);
  expect([1, 3, 4, 5].map((birth) => starts.of(birth))).toEqual([10n, 10n, 30n, 30n]);
});

test('with series that come and go for ever, those that stay keep their start', () => {
  const starts = new SeriesStarts();
  const living = [1, 500, 900];
  for (let birth = 1; birth <= 1_000; birth++) {
    starts.add(birth, BigInt(birth * 10));
    for (const one of [...living.filter((stays) => stays <= birth), birth])
      expect(starts.of(one)).toBe(BigInt(one * 10));
  }
});
