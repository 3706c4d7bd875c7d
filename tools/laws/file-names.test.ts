import { expect, test } from 'vitest';
import { fileNames } from './file-names.ts';
import { checkWith, places } from './workspace.fixture.ts';

const check = (path: string) => places(checkWith(fileNames, { [path]: 'export {};\n' }));

test.each([
  'packages/sources/src/priceReader.ts',
  'packages/sources/src/Price.ts',
  'packages/sources/src/price_reader.ts',
])('%s is not kebab-case', (path) => {
  expect(check(path)).toHaveLength(1);
});

test.each([
  'packages/sources/src/utils.ts',
  'packages/sources/src/string-helpers.ts',
  'packages/sources/src/common/price.ts',
])('%s says nothing', (path) => {
  expect(check(path)).toHaveLength(1);
});

test.each([
  'packages/sources/src/base-url.ts',
  'packages/sources/src/price.test-d.ts',
  'packages/sources/src/http2.ts',
])('%s is a name', (path) => {
  expect(check(path)).toEqual([]);
});
