import { expect, test } from 'vitest';
import { packageBorders } from './package-borders.ts';
import { checkWith, manifest, places } from './workspace.fixture.ts';

const check = (changes: Record<string, string>) => places(checkWith(packageBorders, changes));

test('observability may import none of ours', () => {
  expect(check({ 'packages/observability/src/index.ts': "import '@autotrader/sources';\n" })).toEqual([
    'packages/observability/src/index.ts:1 packages/observability may not import @autotrader/sources',
  ]);
});

test('a package outside the table may import none of ours', () => {
  expect(
    check({
      'packages/novel/package.json': manifest({ name: '@autotrader/novel' }),
      'packages/novel/src/index.ts': "import '@autotrader/sources';\n",
    }),
  ).toEqual(['packages/novel/src/index.ts:1 packages/novel may not import @autotrader/sources']);
});

test('the dashboard may import contracts alone', () => {
  const problems = check({
    'packages/contracts/package.json': manifest({ name: '@autotrader/contracts', exports: { '.': './src/index.ts' } }),
    'packages/contracts/src/index.ts': 'export const token = 1;\n',
    'apps/dashboard/package.json': manifest({ name: '@autotrader/dashboard' }),
    'apps/dashboard/src/main.tsx':
      "import '@autotrader/contracts';\nimport '@autotrader/observability';\nexport const page = <p>hello</p>;\n",
  });
  expect(problems).toEqual(['apps/dashboard/src/main.tsx:2 apps/dashboard may not import @autotrader/observability']);
});

test('nobody imports an app', () => {
  expect(check({ 'tools/gen.ts': "import '@autotrader/cli';\n" })).toEqual(['tools/gen.ts:1 nobody imports an app']);
  expect(check({ 'packages/simulator/src/market.ts': "import '@autotrader/cli';\n" })).toHaveLength(1);
});

test('nobody imports tools', () => {
  expect(check({ 'tools/gen.ts': '', 'packages/sources/src/price.ts': "import '../../../tools/gen.ts';\n" })).toEqual([
    'packages/sources/src/price.ts:1 packages/sources imports a tool',
  ]);
});

test('contracts imports zod only', () => {
  const problems = check({
    'packages/contracts/package.json': manifest({ name: '@autotrader/contracts', dependencies: ['zod', 'yaml'] }),
    'packages/contracts/src/index.ts': "import 'zod';\nimport 'yaml';\n",
  });
  expect(problems).toEqual(['packages/contracts/src/index.ts:2 packages/contracts imports "yaml"']);
});

test('tools and their tests may import each other', () => {
  expect(
    check({
      'tools/gen.ts': '',
      'tools/gen.test.ts': "import './gen.ts';\n",
      'tools/check.ts': "import './gen.ts';\n",
    }),
  ).toEqual([]);
});

test('a bench and an example use the library, through its entry points, and nothing else of ours', () => {
  const bench = manifest({ name: '@autotrader/observability-bench', devDependencies: ['@autotrader/observability'] });
  const example = manifest({ name: '@autotrader/example', dependencies: ['@autotrader/observability'] });
  const problems = check({
    'packages/observability/bench/package.json': bench,
    'packages/observability/bench/log-line.ts': "import '@autotrader/observability';\nimport '@autotrader/sources';\n",
    'examples/plain/package.json': example,
    'examples/plain/main.mjs': "import '@autotrader/observability';\nimport '@autotrader/sources';\n",
  });
  expect(problems.sort()).toEqual([
    'examples/plain/main.mjs:2 examples/plain may not import @autotrader/sources',
    'packages/observability/bench/log-line.ts:2 packages/observability/bench may not import @autotrader/sources',
  ]);
});
