import { expect, test } from 'vitest';
import { chooseEncoding } from './content-encoding.ts';

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br, gzip', 'gzip'],
  ['GZIP ; Q=0.5', 'gzip'],
  ['gzip;q=0', 'identity'],
  ['gzip;q=0.000', 'identity'],
  ['gzip;foo=1;q=0', 'identity'],
  ['gzip;q=nonsense', 'identity'],
  ['gzip;q=2', 'identity'],
  ['deflate', 'identity'],
  ['*', 'gzip'],
  ['*;q=0.1', 'gzip'],
  ['gzip;q=0, *', 'identity'],
  ['*;q=0', 'none'],
  ['*;q=0, gzip', 'gzip'],
  ['*;q=0, identity', 'identity'],
  ['identity', 'identity'],
  ['identity;q=0', 'gzip'],
  ['identity;q=0, gzip;q=0', 'none'],
  ['identity;q=0, *', 'gzip'],
  ['identity, gzip;q=0.5', 'identity'],
  ['identity;q=0.5, gzip', 'gzip'],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  [',;,=;q', 'identity'],
] as const)('Accept-Encoding %j is answered with %s', (header, expected) => {
  expect(chooseEncoding(header)).toBe(expected);
});
