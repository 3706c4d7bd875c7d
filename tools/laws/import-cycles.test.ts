import { expect, test } from 'vitest';
import { importCycles } from './import-cycles.ts';
import { checkWith, manifest, places } from './workspace.fixture.ts';

const folder = 'packages/sources/src';
const check = (changes: Record<string, string>) => places(checkWith(importCycles, changes));

test('a cycle over three files is caught once, with its way round', () => {
  const problems = check({
    [`${folder}/a.ts`]: "import { b } from './b.ts';\nexport const a = b;\n",
    [`${folder}/b.ts`]: "import { c } from './c.ts';\nexport const b = c;\n",
    [`${folder}/c.ts`]: "\nimport { a } from './a.ts';\nexport const c = a;\n",
  });
  expect(problems).toEqual([
    `${folder}/c.ts:2 import cycle: ${folder}/a.ts → ${folder}/b.ts → ${folder}/c.ts → ${folder}/a.ts`,
  ]);
});

test('type imports count', () => {
  const problems = check({
    [`${folder}/a.ts`]: "import type { B } from './b.ts';\nexport type A = B;\n",
    [`${folder}/b.ts`]: "export type B = import('./a.ts').A;\n",
  });
  expect(problems).toHaveLength(1);
});

test('a file that imports itself is a cycle', () => {
  expect(check({ [`${folder}/a.ts`]: "import './a.ts';\n" })).toHaveLength(1);
});

test('a cycle across packages is caught at their entry points', () => {
  const problems = check({
    'packages/observability/src/logs/log.ts':
      "import { readPrice } from '@autotrader/sources';\nexport const log = readPrice;\n",
  });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain('packages/sources/src/index.ts');
});

test('a diamond is no cycle', () => {
  const problems = check({
    'packages/diamond/package.json': manifest({ name: '@autotrader/diamond' }),
    [`${folder}/top.ts`]: "import './left.ts';\nimport './right.ts';\n",
    [`${folder}/left.ts`]: "import './bottom.ts';\n",
    [`${folder}/right.ts`]: "import './bottom.ts';\n",
    [`${folder}/bottom.ts`]: 'export const bottom = 1;\n',
  });
  expect(problems).toEqual([]);
});
