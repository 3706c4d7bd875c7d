import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

// Writes the JavaScript of @autotrader/observability; tsc writes its declarations. Why: docs/decisions/0006-bundled-library.md
// Usage: tsx tools/bundle-library.ts [--fresh | --remove]
//   --fresh   also removes what earlier builds left, before packing
//   --remove  removes all of it and writes nothing
const library = fileURLToPath(new URL('../packages/observability', import.meta.url));
const output = join(library, 'dist');
const isFresh = process.argv.includes('--fresh') || process.argv.includes('--remove');

// A process started from an earlier build may still load one of its chunks: they stay for a while.
const chunkLifeMs = 3_600_000;

/** The sources of what package.json exports. */
function entryPoints(): string[] {
  const manifest = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  return Object.values(manifest.exports).flatMap((conditions) => conditions['@autotrader/source'] ?? []);
}

async function bundle(): Promise<Set<string>> {
  const { metafile } = await build({
    absWorkingDir: library,
    entryPoints: entryPoints(),
    outdir: output,
    outbase: 'src',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    // Keeps `import()` lazy, and what two entry points share a single instance.
    splitting: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    sourcemap: true,
    metafile: true,
    logLevel: 'warning',
  });
  return new Set(Object.keys(metafile.outputs).map((path) => join(library, path)));
}

/** Declarations are not ours to remove. */
function removeOthers(written: ReadonlySet<string>): void {
  for (const name of readdirSync(output, { recursive: true, encoding: 'utf8' })) {
    const path = join(output, name);
    if (!/\.js(\.map)?$/.test(name) || written.has(path)) continue;
    const isChunk = relative(output, path).startsWith(`chunks${sep}`);
    const ageMs = Date.now() - statSync(path).mtimeMs;
    if (!isChunk || isFresh || ageMs > chunkLifeMs) rmSync(path);
  }
}

removeOthers(process.argv.includes('--remove') ? new Set() : await bundle());
