import { execFileSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readWorkspace } from './workspace/read-workspace.ts';
import { packageNameOf } from './workspace/resolve-import.ts';

// Prints size and import time of every runtime dependency, for the columns of docs/dependencies.md.
const root = fileURLToPath(new URL('..', import.meta.url));
const rounds = 9;

function folderOf(name: string, from: string): string | undefined {
  const paths = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  return paths
    .map((path) => join(path, name))
    .find((folder) => lstatSync(join(folder, 'package.json'), { throwIfNoEntry: false }));
}

function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((total, entry) => {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules') return total;
    return total + (entry.isDirectory() ? bytesIn(path) : lstatSync(path).size);
  }, 0);
}

/** A package and everything it brings, by folder. */
function closure(name: string, from: string, seen = new Set<string>()): Set<string> {
  const folder = folderOf(name, from);
  if (folder === undefined || seen.has(folder)) return seen;
  seen.add(folder);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  for (const next of Object.keys({ ...manifest['dependencies'], ...manifest['optionalDependencies'] })) {
    closure(next, folder, seen);
  }
  return seen;
}

/** The quickest of several fresh processes: what is slower than that was somebody else's work on this machine. */
function importMs(specifier: string, cwd: string): number {
  // The first import of a process also starts the loader; an empty module takes that upon itself.
  const script = `await import('data:text/javascript,'); const from = performance.now(); await import('${specifier}'); console.log(performance.now() - from);`;
  const times = Array.from({ length: rounds }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' })),
  );
  return Math.min(...times);
}

const kilobytes = (folders: Iterable<string>) =>
  `${Math.round([...folders].reduce((total, folder) => total + bytesIn(folder), 0) / 1000)} kB`;

const { packages } = readWorkspace(root);
for (const one of packages) {
  console.log(`\n## ${one.name}`);
  const dir = join(root, one.dir);
  for (const name of new Set([...one.dependencies, ...one.peerDependencies])) {
    if (packages.some((other) => other.name === name)) continue;
    const folder = folderOf(packageNameOf(name), dir);
    if (folder === undefined) continue;
    const all = closure(name, dir);
    const brings = all.size - 1;
    const size =
      brings === 0 ? kilobytes([folder]) : `${kilobytes([folder])}; ${kilobytes(all)} with the ${brings} it brings`;
    console.log(`${name} | ${size} | ${importMs(name, dir).toFixed(0)} ms`);
  }
}
