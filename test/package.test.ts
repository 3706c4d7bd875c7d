import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Consumer, createConsumer, type Outcome, root, run } from './packing/consumer.ts';
import { startNpmRegistry } from './packing/npm-registry.ts';
import {
  commonJsProgram,
  esmProgram,
  optionalProgram,
  typedOptionalProgram,
  typedProgram,
} from './packing/programs.ts';

// The library as somebody else gets it: packed, and installed by npm from a registry on loopback into an empty project.
const installMs = 180_000;

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

interface Manifest {
  readonly type: string;
  readonly sideEffects: boolean;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}

const library = join(root, 'packages/observability');
let manifest: Manifest;
let packed: Packed;
let tarball: string;
let bare: Consumer;
let equipped: Consumer;
const closing: (() => Promise<void> | void)[] = [];

beforeAll(async () => {
  manifest = JSON.parse(await readFile(join(library, 'package.json'), 'utf8')) as Manifest;
  const registry = await startNpmRegistry([join(root, 'node_modules')]);
  closing.push(() => registry.close());
  bare = await createConsumer(registry.url);
  equipped = await createConsumer(registry.url);
  closing.push(bare.remove, equipped.remove);
  // Without its scripts: what "npm run build" made is what is tested.
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', bare.folder, library];
  const { stdout, stderr } = await run('npm', args, bare.folder);
  expect(stdout, stderr).toContain('filename');
  [packed] = JSON.parse(stdout) as [Packed];
  tarball = join(bare.folder, packed.filename);
  const optional = ['@opentelemetry/sdk-trace', '@opentelemetry/sdk-trace-base', '@opentelemetry/resources'];
  await bare.install(tarball, '@types/node');
  await equipped.install(
    ...[tarball, '@types/node', 'fastify', 'pino', 'prom-client'],
    ...[...optional, '@opentelemetry/context-async-hooks'],
  );
}, installMs);

afterAll(async () => {
  for (const close of closing) await close();
});

describe('what is packed', () => {
  it('is what is needed and nothing else', () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']),
    );
    const allowed = /^(LICENSE|README\.md|package\.json|schema\/observability\.json|dist\/.+\.(js|js\.map|d\.ts))$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    expect(paths.filter((path) => /\.(test|fixture)\./.test(path))).toEqual([]);
    process.stdout.write(
      `packed ${kilobytes(packed.size)}, unpacked ${kilobytes(packed.unpackedSize)}, ${paths.length} files\n`,
    );
  });

  it('holds every file that exports names, types before code', () => {
    const paths = new Set(packed.files.map(({ path }) => `./${path}`));
    for (const [entry, conditions] of Object.entries(manifest.exports)) {
      const { '@autotrader/source': _source, ...published } = conditions;
      expect(Object.keys(published), entry).toEqual(['types', 'default']);
      expect(
        Object.values(published).filter((path) => !paths.has(path)),
        entry,
      ).toEqual([]);
    }
  });

  it('tells bundlers and npm the truth about itself', () => {
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false });
    expect(Object.keys(manifest.peerDependenciesMeta).sort()).toEqual(Object.keys(manifest.peerDependencies).sort());
  });
});

describe('without the optional packages', () => {
  it('installs none of them', async () => {
    const installed = await readdir(join(bare.folder, 'node_modules'));
    expect(installed).toEqual(expect.arrayContaining(['@autotrader', 'yaml', 'zod']));
    const peers = Object.keys(manifest.peerDependencies);
    const found = await Promise.all(peers.map((name) => exists(join(bare.folder, 'node_modules', name))));
    expect(peers.filter((_, index) => found[index])).toEqual([]);
  });

  it.each([
    ['import', 'main.mjs', esmProgram],
    ['require', 'main.cjs', commonJsProgram],
  ])('works by %s; one line says that there is no tracing', async (_way, file, text) => {
    await bare.write(file, text);
    const outcome = await bare.node(file);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    const lines = linesOf(outcome);
    expect(lines.map(({ event }) => event)).toEqual([
      'before_start',
      'tracing_unavailable',
      'order_taken',
      'metrics_read',
      'telemetry_shutdown',
    ]);
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: 'before_start', token: '[REDACTED]' }),
        expect.objectContaining({ event: 'order_taken', items: 3, in_span: false }),
        expect.objectContaining({ event: 'metrics_read', has_orders: true }),
      ]),
    );
  });

  it.each(['nodenext', 'bundler'])('compiles strictly, libraries included, with resolution "%s"', async (way) => {
    await bare.write('typed.mts', typedProgram);
    // CommonJS may require an ES module since Node 20.19; only "nodenext" knows.
    await bare.write('typed.cts', typedProgram);
    const files = way === 'nodenext' ? ['typed.mts', 'typed.cts'] : ['typed.mts'];
    expect(await bare.tsc(...compilerOptions(way), ...files)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('is imported in little time', async () => {
    const over = await importMsOver(bare);
    process.stdout.write(`import: ${over.toFixed(1)} ms over an empty module\n`);
    expect(over).toBeLessThan(1_000);
  });
});

describe('with the optional packages', () => {
  it.each([
    ['import', 'main.mjs', esmProgram],
    ['require', 'main.cjs', commonJsProgram],
  ])('traces by %s', async (_way, file, text) => {
    await equipped.write(file, text);
    const outcome = await equipped.node(file);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    expect(linesOf(outcome).map(({ event }) => event)).not.toContain('tracing_unavailable');
    expect(linesOf(outcome).find(({ event }) => event === 'order_taken')).toMatchObject({
      in_span: true,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('observes Fastify, records in tests and writes through a pino transport', async () => {
    await equipped.write('optional.mjs', optionalProgram);
    const outcome = await equipped.node('optional.mjs');
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
    const lines = linesOf(outcome);
    expect(lines.find(({ event }) => event === 'api_request_completed')).toMatchObject({ endpoint: '/orders/:id' });
    expect(lines.find(({ event }) => event === 'recorded')).toMatchObject({ items: 3, same_trace: true });
    expect(await readFile(join(equipped.folder, 'lines.log'), 'utf8')).toContain('"order_taken"');
  });

  it.each(['nodenext', 'bundler'])('compiles every entry point with resolution "%s"', async (way) => {
    await equipped.write('typed.mts', typedProgram);
    await equipped.write('optional.mts', typedOptionalProgram);
    const outcome = await equipped.tsc(...compilerOptions(way), 'typed.mts', 'optional.mts');
    expect(outcome).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

function compilerOptions(way: string): string[] {
  const module =
    way === 'nodenext' ? ['--module', 'nodenext'] : ['--module', 'esnext', '--moduleResolution', 'bundler'];
  return ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2023', '--types', 'node', ...module];
}

function linesOf({ stdout }: Outcome): Readonly<Record<string, unknown>>[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

/** The median of fresh processes, in turn with ones that import nothing. */
async function importMsOver(consumer: Consumer): Promise<number> {
  const times = { library: [] as number[], empty: [] as number[] };
  for (let round = 0; round < 9; round += 1) {
    times.library.push(await startMs(consumer, "import '@autotrader/observability'"));
    times.empty.push(await startMs(consumer, "import 'data:text/javascript,'"));
  }
  return median(times.library) - median(times.empty);
}

async function startMs(consumer: Consumer, script: string): Promise<number> {
  const startedAt = performance.now();
  const { exitCode, stderr } = await consumer.node('--input-type=module', '-e', script);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1_000)} kB`;
}
