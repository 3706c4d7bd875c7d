import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'rolldown';

// Writes the JavaScript of @autotrader/observability; tsc writes its declarations. Why: docs/decisions/0006-bundled-library.md
// Usage: tsx tools/bundle-library.ts [--fresh | --remove]
//   --fresh   also removes what earlier builds left, before packing
//   --remove  removes all of it and writes nothing
const library = fileURLToPath(new URL('../packages/observability', import.meta.url));
const output = join(library, 'dist');
const isFresh = process.argv.includes('--fresh') || process.argv.includes('--remove');

/** The chunk with all that importing the library loads. */
const coreName = 'core';

// A process started from an earlier build may still load one of its chunks: they stay for a while.
const chunkLifeMs = 3_600_000;

/** Names of the files to write, without ending, and their sources: what package.json exports. */
function entryPoints(): Record<string, string> {
  const manifest = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  };
  const sources = Object.values(manifest.exports).flatMap((conditions) => conditions['@autotrader/source'] ?? []);
  return Object.fromEntries(sources.map((source) => [source.replace(/^\.\/src\/|\.ts$/g, ''), join(library, source)]));
}

/** Finds what importing the main entry point loads at once, as opposed to what it loads when it is needed. */
function createImportedAtOnce(): { readonly plugin: Plugin; readonly has: (id: string) => boolean } {
  const found = new Set<string>();
  return {
    has: (id) => found.has(id),
    plugin: {
      name: 'imported-at-once',
      buildEnd() {
        const queue = [join(library, 'src/index.ts')];
        for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
          if (found.has(id)) continue;
          found.add(id);
          queue.push(...(this.getModuleInfo(id)?.importedIds ?? []));
        }
      },
    },
  };
}

/**
 * What makes a chunk quicker to load and changes nothing of what it does; measured over the import of an empty module.
 *
 * - One arrow in one message, and the engine keeps the whole file with two bytes per character: 9 of 98 million
 *   instructions. What is not ASCII stands in texts and patterns, where an escape means the same.
 * - `import … from 'node:fs'` makes a module of everything that fs has, its promises and streams included, which loads
 *   thirty more of Node's own files: 19 of 89 million instructions, 3 ms and more. Only in what every import loads.
 */
const quickToLoad: Plugin = {
  name: 'quick-to-load',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk') continue;
      const code = file.name === coreName ? file.code.replace(builtinImport, toBuiltinAccess) : file.code;
      file.code = code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    }
  },
};

const builtinImport = /\bimport ?\{([^}]*)\} ?from ?("node:[^"]+");/g;

function toBuiltinAccess(_statement: string, names: string, builtin: string): string {
  return `const {${names.replaceAll(' as ', ':')}} = process.getBuiltinModule(${builtin});`;
}

async function bundle(): Promise<Set<string>> {
  const atOnce = createImportedAtOnce();
  const { output: files } = await build({
    cwd: library,
    input: entryPoints(),
    plugins: [atOnce.plugin, quickToLoad],
    platform: 'node',
    external: /^[^./]/,
    logLevel: 'warn',
    transform: { target: 'node20.19' },
    tsconfig: join(library, 'tsconfig.json'),
    output: {
      dir: output,
      format: 'esm',
      chunkFileNames: 'chunks/[name]-[hash].js',
      sourcemap: true,
      comments: false,
      // A third of the bytes to read and parse. Functions and classes keep their names: stack traces show them, and who
      // declared a metric is found by them.
      minify: {
        compress: { keepNames: { function: true, class: true } },
        mangle: { keepNames: true },
        codegen: { removeWhitespace: true },
      },
      // One file for all that an import needs at once: each costs a millisecond more to find and open.
      codeSplitting: { groups: [{ name: coreName, test: atOnce.has }] },
    },
  });
  return new Set(files.map(({ fileName }) => join(output, fileName)));
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
