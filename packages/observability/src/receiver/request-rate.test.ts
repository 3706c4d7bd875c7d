import { expect, test } from 'vitest';
import { createRequestRate } from './request-rate.ts';

test('as many requests as may come in a second may come at once, then one after the other', () => {
  let now = 0;
  const rate = createRequestRate({ perSecond: 2, now: () => now });
  expect([1, 2, 3].map(() => rate.take('10.0.0.1'))).toEqual([0, 0, 500]);
  expect(rate.take('10.0.0.2')).toBe(0);
  now = 400;
  expect(rate.take('10.0.0.1')).toBeCloseTo(100);
  now = 500;
  expect([1, 2].map(() => rate.take('10.0.0.1'))).toEqual([0, 500]);
  now = 1_000_000;
  expect([1, 2, 3].map(() => rate.take('10.0.0.1'))).toEqual([0, 0, 500]);
});

test('less than one a second is possible', () => {
  let now = 0;
  const rate = createRequestRate({ perSecond: 0.1, now: () => now });
  expect([rate.take('a'), rate.take('a')]).toEqual([0, 10_000]);
  now = 10_000;
  expect(rate.take('a')).toBe(0);
});

test.each([
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:ffff::1'],
  ['2001:db8:1:2::1', '2001:db8:1:2:9:9:9:9'],
  ['fe80::1', 'fe80::2'],
])('%s and %s are one sender', (first, second) => {
  const rate = createRequestRate({ perSecond: 1, now: () => 0 });
  expect([rate.take(first), rate.take(second) > 0]).toEqual([0, true]);
});

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:3::1'],
  ['2001:db8::1', '2001:db9::1'],
  ['10.0.0.1', '10.0.0.11'],
])('%s and %s are two', (first, second) => {
  const rate = createRequestRate({ perSecond: 1, now: () => 0 });
  expect([rate.take(first), rate.take(second)]).toEqual([0, 0]);
});

test('whoever asked longest ago is forgotten first, whatever number of addresses ask', () => {
  const rate = createRequestRate({ perSecond: 1, now: () => 0 });
  rate.take('first');
  for (let i = 0; i < 20_000; i++) {
    rate.take(`address ${i}`);
    if (i % 1_000 === 0) expect(rate.take('asks often')).toBe(i === 0 ? 0 : 1_000);
  }
  expect(rate.take('first')).toBe(0);
  expect(rate.take('address 19999')).toBeGreaterThan(0);
});
