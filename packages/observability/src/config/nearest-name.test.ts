import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

const names = ['logging', 'metrics', 'tracing', 'service_name', 'port'];

it.each([
  ['loging', 'logging'],
  ['Logging', 'logging'],
  ['mertics', 'metrics'],
  ['prot', 'port'],
  ['serviceName', 'service_name'],
])('takes %s for %s', (name, expected) => {
  expect(nearestName(name, names)).toBe(expected);
});

it.each(['kubernetes', 'x', ''])('takes %j for nothing', (name) => {
  expect(nearestName(name, names)).toBeUndefined();
});
