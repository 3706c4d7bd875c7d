import { expect, test } from 'vitest';
import { libraryFolders } from './library-folders.ts';
import { checkWith, places } from './workspace.fixture.ts';

const folder = 'packages/observability/src';
const check = (changes: Record<string, string>) => places(checkWith(libraryFolders, changes));

test('a library used in a second folder is caught there', () => {
  expect(
    check({
      [`${folder}/logs/format.ts`]: "import pino from 'pino';\nexport const format = pino;\n",
      [`${folder}/export/file.ts`]:
        "export const a = 1;\nimport type { Logger } from 'pino';\nexport type B = Logger;\n",
    }),
  ).toEqual([
    `${folder}/export/file.ts:2 "pino" is imported in packages/observability/src/export and in ${folder}/logs`,
  ]);
});

test('subfolders are behind the same door', () => {
  expect(check({ [`${folder}/logs/sinks/file.ts`]: "import 'pino';\n" })).toEqual([]);
});

test('the source folder itself is a folder', () => {
  expect(check({ [`${folder}/start.ts`]: "import 'pino';\n" })).toHaveLength(1);
});

test('schemas may be written anywhere', () => {
  expect(check({ [`${folder}/export/schema.ts`]: "import 'zod';\n" })).toEqual([]);
});

test('tests and benches may drive the real library', () => {
  expect(
    check({
      [`${folder}/export/file.test.ts`]: "import 'pino';\n",
      'packages/observability/bench/log.ts': "import 'pino';\n",
    }),
  ).toEqual([]);
});

test('two packages may each have their own door', () => {
  expect(check({ 'packages/sources/src/price.ts': "import 'pino';\n" })).toEqual([]);
});
