import { expect, test } from 'vitest';
import { processAccess } from './process-access.ts';
import { checkWith, places } from './workspace.fixture.ts';

const file = 'packages/sources/src/price.ts';
const check = (text: string, path = file) => places(checkWith(processAccess, { [path]: text }));

test.each([
  'export const key = process.env.KEY;\n',
  "export const key = process['env'];\n",
  'export const key = globalThis.process.env;\n',
  'export const { env } = process;\n',
  "import { env } from 'node:process';\n",
])('the environment read in the middle of the code is caught: %s', (text) => {
  expect(check(text)).toEqual([`${file}:1 process.env is read outside configuration loading`]);
});

test.each([
  'process.exit(1);\n',
  "import { exit } from 'node:process';\n",
  'const { exit: stop } = process;\nstop();\n',
])('an exit outside the entry file is caught: %s', (text) => {
  expect(check(text)).toEqual([`${file}:1 process.exit outside a process entry file`]);
});

test('configuration loading reads the environment and does not exit', () => {
  const text = 'export const key = process.env.KEY;\nprocess.exit(1);\n';
  expect(check(text, 'packages/sources/src/config/load.ts')).toEqual([
    'packages/sources/src/config/load.ts:2 process.exit outside a process entry file',
  ]);
});

test('setting an exit code is no exit, and a field named env is no environment', () => {
  expect(check('process.exitCode = 1;\nexport const name = { env: 1 }.env;\n')).toEqual([]);
});

test('tests may read the environment', () => {
  expect(check('export const shared = process.env.SHARED;\n', 'packages/sources/src/price.test.ts')).toEqual([]);
  expect(check('export const shared = process.env.SHARED;\n', 'packages/sources/src/shared-data.ts')).toEqual([]);
  expect(check('export const shared = process.env.SHARED;\n', 'packages/sources/src/testing/shared.ts')).toEqual([]);
});
