import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { SourceFile, Workspace, WorkspacePackage } from './model.ts';

export type Resolution =
  | { readonly kind: 'builtin'; readonly prefixed: boolean }
  | { readonly kind: 'own-file'; readonly path: string; readonly packageDir: string }
  | { readonly kind: 'missing-file'; readonly path: string }
  /** `entryPoint` is absent when the subpath is not listed in `exports`. */
  | {
      readonly kind: 'workspace';
      readonly target: WorkspacePackage;
      readonly subpath: string;
      readonly entryPoint: string | undefined;
    }
  | { readonly kind: 'library'; readonly name: string };

/** What an import specifier of one file means within this workspace. */
export type Resolver = (file: SourceFile, specifier: string) => Resolution;

export function createResolver(workspace: Workspace): Resolver {
  const files = new Map(workspace.files.map((file) => [file.path, file]));
  const packages = new Map(workspace.packages.map((one) => [one.name, one]));
  return (file, specifier) => {
    if (specifier.startsWith('.')) return resolveRelative(file, specifier, files);
    if (isBuiltin(specifier)) return { kind: 'builtin', prefixed: specifier.startsWith('node:') };
    const name = packageNameOf(specifier);
    const target = packages.get(name);
    if (target === undefined) return { kind: 'library', name };
    const subpath = `.${specifier.slice(name.length)}`;
    return { kind: 'workspace', target, subpath, entryPoint: target.entryPoints.get(subpath) };
  };
}

function resolveRelative(file: SourceFile, specifier: string, files: ReadonlyMap<string, SourceFile>): Resolution {
  const path = posix.join(posix.dirname(file.path), specifier);
  const found = files.get(path);
  if (found !== undefined) return { kind: 'own-file', path, packageDir: found.packageDir };
  return { kind: 'missing-file', path };
}

/** `@scope/name/sub` → `@scope/name`, `name/sub` → `name`. */
export function packageNameOf(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** The file an import leads to, through a relative path or an entry point of ours. */
export function targetFileOf(resolution: Resolution): string | undefined {
  if (resolution.kind === 'own-file') return resolution.path;
  return resolution.kind === 'workspace' ? resolution.entryPoint : undefined;
}
