import { posix } from 'node:path';
import type { Law, Problem, SourceFile, Workspace, WorkspacePackage } from '../workspace/model.ts';
import { createResolver, type Resolver } from '../workspace/resolve-import.ts';

/** zod is the language schemas are written in: it belongs beside whatever it describes, in any folder. */
const exempt = new Set(['zod']);

interface Use {
  readonly file: string;
  readonly line: number;
  readonly folder: string;
}

/**
 * A library that lives behind one folder can be replaced there. Tests and benches are left out: they may
 * drive the real thing, and a bench compares against it.
 */
export const libraryFolders: Law = {
  name: 'one folder per library',
  check: (workspace) => {
    const resolve = createResolver(workspace);
    return workspace.packages.flatMap((one) => judgePackage(one, workspace, resolve));
  },
};

function judgePackage(one: WorkspacePackage, workspace: Workspace, resolve: Resolver): Problem[] {
  const files = workspace.files.filter((file) => file.packageDir === one.dir && file.role === 'production');
  return [...usesByLibrary(files, resolve)].flatMap(([library, uses]) => judgeLibrary(library, uses));
}

function usesByLibrary(files: readonly SourceFile[], resolve: Resolver): Map<string, Use[]> {
  const byLibrary = new Map<string, Use[]>();
  for (const file of files) {
    for (const { specifier, line } of file.imports) {
      const resolution = resolve(file, specifier);
      if (resolution.kind !== 'library' || exempt.has(resolution.name)) continue;
      const uses = byLibrary.get(resolution.name) ?? [];
      byLibrary.set(resolution.name, [...uses, { file: file.path, line, folder: folderOf(file) }]);
    }
  }
  return byLibrary;
}

/** The folder directly below src/, or src itself: a folder's own subfolders are inside its door. */
function folderOf(file: SourceFile): string {
  const [source = '', folder, ...rest] = posix.relative(file.packageDir, file.path).split('/');
  return posix.join(file.packageDir, source, folder === undefined || rest.length === 0 ? '' : folder);
}

function judgeLibrary(library: string, uses: readonly Use[]): Problem[] {
  const home = mostUsed(uses.map((use) => use.folder));
  return uses
    .filter((use) => use.folder !== home)
    .map((use) => ({
      file: use.file,
      line: use.line,
      what: `"${library}" is imported in ${use.folder} and in ${home}`,
      remedy: `put what this file needs behind a function in ${home}`,
    }));
}

function mostUsed(folders: readonly string[]): string {
  const count = (folder: string) => folders.filter((other) => other === folder).length;
  return [...new Set(folders)].sort((a, b) => count(b) - count(a) || a.localeCompare(b))[0] ?? '';
}
