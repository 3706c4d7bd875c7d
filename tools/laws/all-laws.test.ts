import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { laws } from './all-laws.ts';
import { checkWith, places } from './workspace.fixture.ts';

test.each(laws)('a clean workspace passes: $name', (law) => {
  expect(places(checkWith(law))).toEqual([]);
});

test('every problem says how to fix it', () => {
  const broken = { 'packages/sources/src/price.ts': 'export * from "fs";\nexport default process.env;\n' };
  const problems = laws.flatMap((law) => checkWith(law, broken));
  expect(problems.length).toBeGreaterThan(3);
  expect(problems.filter((problem) => problem.remedy.length < 10)).toEqual([]);
});

test('a file that does not parse is named', () => {
  const check = () =>
    checkWith({ name: 'any', check: () => [] }, { 'packages/sources/src/price.ts': 'export const = 1' });
  expect(check).toThrow('packages/sources/src/price.ts does not parse');
});

test('each law has a test file of its own', () => {
  const folder = fileURLToPath(new URL('./all-laws.ts', import.meta.url));
  const imported = [...readFileSync(folder, 'utf8').matchAll(/from '\.\/([a-z-]+)\.ts'/g)].map((match) => match[1]);
  expect(imported).toHaveLength(laws.length);
  for (const name of imported) {
    expect(readFileSync(fileURLToPath(new URL(`./${name}.test.ts`, import.meta.url)), 'utf8')).toContain('checkWith');
  }
});
