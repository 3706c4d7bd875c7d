import { buildWorkspace } from '../workspace/build-workspace.ts';
import type { Law, Problem } from '../workspace/model.ts';

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: readonly string[];
  readonly devDependencies?: readonly string[];
  readonly peerDependencies?: readonly string[];
  readonly bin?: string;
}

/** A package.json as text; `exports` maps subpaths to source files. */
export function manifest({ name, exports = {}, bin, ...lists }: Manifest): string {
  const versions = (names: readonly string[] = []) => Object.fromEntries(names.map((one) => [one, '1.0.0']));
  return JSON.stringify({
    name,
    ...(bin === undefined ? {} : { bin }),
    exports: Object.fromEntries(
      Object.entries(exports).map(([subpath, source]) => [
        subpath,
        { '@autotrader/source': source, default: './dist' },
      ]),
    ),
    dependencies: versions(lists.dependencies),
    devDependencies: versions(lists.devDependencies),
    peerDependencies: versions(lists.peerDependencies),
  });
}

const cleanWorkspace: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ devDependencies: { vitest: '1.0.0' } }),
  'packages/observability/package.json': manifest({
    name: '@autotrader/observability',
    exports: { '.': './src/index.ts', './testing': './src/testing/index.ts' },
    dependencies: ['pino', 'zod'],
  }),
  'packages/observability/src/index.ts': "export { log } from './logs/log.ts';\n",
  'packages/observability/src/logs/log.ts':
    "import pino from 'pino';\nimport { z } from 'zod';\nexport const log = [pino, z];\n",
  'packages/observability/src/testing/index.ts':
    "import { log } from '../logs/log.ts';\nexport const recorder = log;\n",
  'packages/sources/package.json': manifest({
    name: '@autotrader/sources',
    exports: { '.': './src/index.ts', './fakes': './src/fakes.ts' },
    dependencies: ['@autotrader/observability'],
  }),
  'packages/sources/src/index.ts': "export { readPrice } from './price.ts';\n",
  'packages/sources/src/price.ts':
    "import { log } from '@autotrader/observability';\nexport const readPrice = () => log;\n",
  'packages/sources/src/price.test.ts':
    "import { test } from 'vitest';\nimport { readPrice } from './price.ts';\ntest('reads', readPrice);\n",
  'packages/sources/src/fakes.ts': 'export const fake = 1;\n',
  'packages/simulator/package.json': manifest({
    name: '@autotrader/simulator',
    exports: { '.': './src/index.ts' },
    dependencies: ['@autotrader/sources'],
  }),
  'packages/simulator/src/index.ts': "export { market } from './market.ts';\n",
  'packages/simulator/src/market.ts':
    "import { fake } from '@autotrader/sources/fakes';\nexport const market = fake;\n",
  'apps/cli/package.json': manifest({
    name: '@autotrader/cli',
    bin: 'dist/main.js',
    dependencies: ['@autotrader/simulator'],
  }),
  'apps/cli/src/main.ts':
    "import { market } from '@autotrader/simulator';\nprocess.exit(process.env['X'] === market ? 0 : 1);\n",
};

/** Runs a law over a clean little workspace with some files added or replaced (`undefined` removes one). */
export function checkWith(law: Law, changes: Readonly<Record<string, string | undefined>> = {}): readonly Problem[] {
  const texts = new Map<string, string>();
  for (const [path, text] of Object.entries({ ...cleanWorkspace, ...changes })) {
    if (text !== undefined) texts.set(path, text);
  }
  return law.check(buildWorkspace(texts));
}

/** `file:line what`, which is what a test wants to see. */
export function places(problems: readonly Problem[]): string[] {
  return problems.map(({ file, line, what }) => `${file}:${line} ${what}`);
}
