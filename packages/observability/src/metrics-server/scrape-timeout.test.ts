import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toCollectorBudgetMs } from './scrape-timeout.ts';

test.each([
  ['10', 1000, 1000],
  ['10.000000', 20_000, 9500],
  ['1', 1000, 750],
  ['0.1', 1000, 75],
  ['0.0001', 1000, 0.075],
])('a scraper that waits %s s leaves the collectors, configured to %d ms, %d ms', (header, configured, expected) => {
  expect(toCollectorBudgetMs(header, configured)).toBeCloseTo(expected);
});

test.each([
  undefined,
  '',
  '0',
  '0.0',
  '-1',
  '+1',
  'abc',
  '1s',
  'Infinity',
  'NaN',
  '1e3',
  '0x10',
  '1,1',
  '10, 10',
  ' 1',
  ['1'],
])('the header %j is ignored', (header) => {
  expect(toCollectorBudgetMs(header, 1000)).toBe(1000);
});

test('whatever comes, the collectors get no more than configured and less than the scraper waits', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 1e8, noNaN: true }), fc.integer({ min: 1, max: 1e6 }), (seconds, ms) => {
      const budget = toCollectorBudgetMs(seconds.toFixed(6), ms);
      expect(budget).toBeLessThanOrEqual(ms);
      expect(budget).toBeLessThan(seconds * 1000);
      expect(budget).toBeGreaterThan(0);
    }),
  );
  fc.assert(
    fc.property(fc.string(), (header) => {
      expect(toCollectorBudgetMs(header, 1000)).toBeLessThanOrEqual(1000);
    }),
  );
});
