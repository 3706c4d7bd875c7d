import { describe, expect, test } from 'vitest';
import { declaredImports } from './declared-imports.ts';
import { checkWith, manifest, places } from './workspace.fixture.ts';

const price = 'packages/sources/src/price.ts';
const check = (changes: Record<string, string>) => places(checkWith(declaredImports, changes));
const used = "import { log } from '@autotrader/observability';\nexport const readPrice = log;\n";

describe('undeclared imports', () => {
  test('a library the package does not declare is caught, though npm hoisted it', () => {
    expect(check({ [price]: `${used}import pino from 'pino';\n` })).toEqual([
      `${price}:3 "pino" is not declared in packages/sources/package.json`,
    ]);
  });

  test.each([
    ['a type import', "import type { Logger } from 'pino';\n"],
    ['a re-export', "export { Logger } from 'pino';\n"],
    ['a dynamic import', "export const load = () => import('pino');\n"],
    ['an import type', "export type Logger = import('pino').Logger;\n"],
    ['a subpath', "import { Logger } from 'pino/file';\n"],
  ])('%s counts', (_name, text) => {
    expect(check({ [price]: `${used}${text}` })).toEqual([
      `${price}:3 "pino" is not declared in packages/sources/package.json`,
    ]);
  });

  test('one of our packages must be declared as well', () => {
    expect(
      check({
        'packages/observability/src/logs/log.ts': `import 'pino';\nimport 'zod';\nimport '@autotrader/sources';\n`,
      }),
    ).toEqual([
      'packages/observability/src/logs/log.ts:3 "@autotrader/sources" is not declared in packages/observability/package.json',
    ]);
  });

  test('a devDependency serves tests and not production code', () => {
    const declared = manifest({
      name: '@autotrader/sources',
      exports: { '.': './src/index.ts', './fakes': './src/fakes.ts' },
      dependencies: ['@autotrader/observability'],
      devDependencies: ['msw'],
    });
    const problems = check({
      'packages/sources/package.json': declared,
      'packages/sources/src/price.test.ts': "import 'msw';\nimport 'vitest';\n",
      [price]: `${used}import 'msw';\n`,
    });
    expect(problems).toEqual([`${price}:3 "msw" is only a devDependency of @autotrader/sources`]);
  });

  test('what a package offers to tests ships with it, so root devDependencies do not serve it', () => {
    expect(check({ 'packages/observability/src/testing/index.ts': "import 'vitest';\n" })).toHaveLength(1);
  });

  test('what a package keeps for its own tests may use them', () => {
    expect(check({ 'packages/sources/src/testing/contract.ts': "import 'vitest';\n" })).toEqual([]);
  });

  test('root devDependencies do not serve production code', () => {
    expect(check({ [price]: `${used}import 'vitest';\n` })).toHaveLength(1);
  });

  test('tools may use root devDependencies and nothing else from outside', () => {
    expect(check({ 'tools/gen.ts': "import 'vitest';\nimport 'pino';\nimport '@autotrader/sources';\n" })).toEqual([
      'tools/gen.ts:2 "pino" is not declared in package.json',
    ]);
  });
});

describe('deep imports', () => {
  test('a subpath that exports does not list is caught', () => {
    expect(check({ [price]: "import '@autotrader/observability/src/logs/log.ts';\n" })).toEqual([
      `${price}:1 "./src/logs/log.ts" is no entry point of @autotrader/observability (it exports ., ./testing)`,
    ]);
  });

  test('a relative path into another package is caught', () => {
    expect(check({ [price]: `${used}import '../../observability/src/logs/log.ts';\n` })).toEqual([
      `${price}:3 "../../observability/src/logs/log.ts" reaches into packages/observability`,
    ]);
  });

  test('system tests and tools keep to the entry points too', () => {
    expect(
      check({ 'test/up.test.ts': "import '../packages/sources/src/price.ts';\nimport '@autotrader/sources';\n" }),
    ).toEqual(['test/up.test.ts:1 "../packages/sources/src/price.ts" reaches into packages/sources']);
  });

  test('a package does not import itself by name', () => {
    expect(check({ [price]: `${used}import '@autotrader/sources';\n` })).toEqual([
      `${price}:3 @autotrader/sources imports itself by name`,
    ]);
  });
});

test('a builtin needs its prefix', () => {
  expect(check({ [price]: `${used}import 'fs/promises';\nimport 'node:fs';\n` })).toEqual([
    `${price}:3 "fs/promises" is a Node builtin without prefix`,
  ]);
});

test('a dependency nothing imports is caught', () => {
  expect(check({ 'packages/observability/src/logs/log.ts': "import 'zod';\nexport const log = 1;\n" })).toEqual([
    'packages/observability/package.json:1 "pino" is declared but nothing in packages/observability imports it',
  ]);
});

test("a dependency's optional peer may be installed on its behalf", () => {
  const problems = check({
    'packages/observability/package.json': manifest({
      name: '@autotrader/observability',
      exports: { '.': './src/index.ts', './testing': './src/testing/index.ts' },
      dependencies: ['pino', 'zod'],
      peerDependencies: ['otel'],
    }),
    'packages/sources/package.json': manifest({
      name: '@autotrader/sources',
      exports: { '.': './src/index.ts', './fakes': './src/fakes.ts' },
      dependencies: ['@autotrader/observability', 'otel'],
    }),
  });
  expect(problems).toEqual([]);
});

describe('what a bench measures', () => {
  const bench = manifest({ name: '@autotrader/observability-bench', devDependencies: ['prom-client'] });
  const folder = 'packages/observability/bench';

  test('is declared beside it, not in the package and not at the root', () => {
    const text = "import 'prom-client';\nimport 'pino';\nimport 'vitest';\nimport '../src/index.ts';\n";
    expect(check({ [`${folder}/package.json`]: bench, [`${folder}/log-line.ts`]: text })).toEqual([
      `${folder}/log-line.ts:2 "pino" is not declared in ${folder}/package.json`,
      `${folder}/log-line.ts:3 "vitest" is not declared in ${folder}/package.json`,
      `${folder}/log-line.ts:4 "../src/index.ts" reaches into packages/observability`,
    ]);
  });

  test('is tested as everything else is', () => {
    expect(check({ [`${folder}/package.json`]: bench, [`${folder}/log-line.test.ts`]: "import 'vitest';\n" })).toEqual(
      [],
    );
  });
});

test('an example declares what its program imports', () => {
  const example = manifest({ name: '@autotrader/example', dependencies: ['@autotrader/observability'] });
  const text = "import '@autotrader/observability';\nimport 'pino';\n";
  expect(check({ 'examples/plain/package.json': example, 'examples/plain/main.mjs': text })).toEqual([
    'examples/plain/main.mjs:2 "pino" is not declared in examples/plain/package.json',
  ]);
});
