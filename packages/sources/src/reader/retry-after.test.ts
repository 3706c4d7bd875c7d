import { expect, it } from 'vitest';
import { longestRetryAfterMs, parseRetryAfter } from './retry-after.ts';

const nowMs = Date.UTC(2026, 10, 1, 12);

it.each([
  ['30', 30_000],
  ['0', 0],
  ['0.25', 250],
  [' 5 ', 5_000],
  ['Sun, 01 Nov 2026 12:00:10 GMT', 10_000],
  ['Sun, 01 Nov 2026 11:00:00 GMT', 0],
  ['31536000', longestRetryAfterMs],
  ['Sun, 01 Nov 2099 12:00:00 GMT', longestRetryAfterMs],
  ['-5', null],
  ['soon', null],
  ['', null],
  [null, null],
])('reads Retry-After %j as %j ms', (header, expected) => {
  expect(parseRetryAfter(header, nowMs)).toBe(expected);
});
