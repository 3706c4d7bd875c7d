import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '../workspace/model.ts';
import type { GeneratedFiles, Generator } from './generator.ts';

export interface Drift {
  readonly path: string;
  readonly kind: 'missing' | 'different' | 'stale';
  /** First line that differs, counted in the file on disk. */
  readonly line: number;
}

/** Files among `existing` that a generator owns and does not produce any more, and produced ones that differ on disk. */
export function findDrift(
  generator: Generator,
  produced: GeneratedFiles,
  disk: { readonly paths: readonly string[]; readonly read: (path: string) => string | undefined },
): Drift[] {
  const changed = [...produced].flatMap(([path, text]): Drift[] => {
    const onDisk = disk.read(path);
    if (onDisk === undefined) return [{ path, kind: 'missing', line: 1 }];
    return onDisk === text ? [] : [{ path, kind: 'different', line: firstDifference(onDisk, text) }];
  });
  const stale = disk.paths
    .filter((path) => generator.owns.test(path) && !produced.has(path))
    .map((path): Drift => ({ path, kind: 'stale', line: 1 }));
  return [...changed, ...stale];
}

function firstDifference(a: string, b: string): number {
  const wanted = b.split('\n');
  return a.split('\n').findIndex((line, index) => line !== wanted[index]) + 1 || 1;
}

export interface Comparison {
  readonly produced: GeneratedFiles;
  readonly drifted: readonly Drift[];
}

/** Compares what a generator makes now with the working tree. */
export async function compareWithDisk(root: string, generator: Generator): Promise<Comparison> {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  const paths = listed
    .toString('utf8')
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(root, path)));
  const read = (path: string) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined);
  const produced = await generator.produce(root);
  return { produced, drifted: findDrift(generator, produced, { paths, read }) };
}

const words = {
  missing: 'is generated and was never written',
  different: 'differs from what the code generates',
  stale: 'is not generated any more',
} as const;

export function toProblem({ path, kind, line }: Drift): Problem {
  return { file: path, line, what: words[kind], remedy: 'run "npm run gen" and commit the result' };
}
