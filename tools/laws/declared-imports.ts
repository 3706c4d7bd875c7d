import type { ImportUse, Law, Problem, SourceFile, Workspace, WorkspacePackage } from '../workspace/model.ts';
import { createResolver, type Resolution, type Resolver } from '../workspace/resolve-import.ts';

/**
 * npm links every workspace and every hoisted library at the root, so an undeclared import works here and
 * fails for whoever installs the package. Only a law can hold this half of the border.
 */
export const declaredImports: Law = {
  name: 'declared imports',
  check: (workspace) => {
    const resolve = createResolver(workspace);
    return [
      ...workspace.files.flatMap((file) => file.imports.flatMap((use) => judge({ workspace, file, use, resolve }))),
      ...workspace.packages.flatMap((one) => unusedDependencies(workspace, one, resolve)),
    ];
  },
};

interface Scene {
  readonly workspace: Workspace;
  readonly file: SourceFile;
  readonly use: ImportUse;
  readonly resolve: Resolver;
}

type Verdict = Pick<Problem, 'what' | 'remedy'> | undefined;

function judge(scene: Scene): Problem[] {
  const verdict = judgeResolution(scene, scene.resolve(scene.file, scene.use.specifier));
  return verdict === undefined ? [] : [{ file: scene.file.path, line: scene.use.line, ...verdict }];
}

function judgeResolution(scene: Scene, resolution: Resolution): Verdict {
  const { specifier } = scene.use;
  switch (resolution.kind) {
    case 'builtin':
      return resolution.prefixed
        ? undefined
        : { what: `"${specifier}" is a Node builtin without prefix`, remedy: `import "node:${specifier}"` };
    case 'own-file':
      return resolution.packageDir === scene.file.packageDir
        ? undefined
        : {
            what: `"${specifier}" reaches into ${resolution.packageDir || 'the workspace root'}`,
            remedy: 'import the package by its name, through an entry point listed in its exports',
          };
    case 'missing-file':
      return undefined; // The type check reports these, and knows about JSON and generated declarations.
    case 'workspace':
      return judgeOurs(scene, resolution);
    case 'library':
      return judgeDeclared(scene, resolution.name);
  }
}

function judgeOurs(scene: Scene, found: Extract<Resolution, { kind: 'workspace' }>): Verdict {
  const { target, subpath } = found;
  const isOwn = target.dir === scene.file.packageDir;
  if (isOwn && scene.file.role !== 'test') {
    return { what: `${target.name} imports itself by name`, remedy: 'import the file it needs by a relative path' };
  }
  if (found.entryPoint === undefined) {
    const listed = [...target.entryPoints.keys()].join(', ') || 'nothing';
    return {
      what: `"${subpath}" is no entry point of ${target.name} (it exports ${listed})`,
      remedy: `use a listed entry point, or add this one to exports in ${target.dir}/package.json`,
    };
  }
  return isOwn ? undefined : judgeDeclared(scene, target.name);
}

function judgeDeclared({ workspace, file }: Scene, name: string): Verdict {
  const owner = workspace.packages.find((one) => one.dir === file.packageDir);
  if (allowedNames(workspace, file, owner).has(name)) return undefined;
  const manifest = owner === undefined ? 'package.json' : `${owner.dir}/package.json`;
  const onlyForTests = owner?.devDependencies.includes(name) === true;
  return {
    what: onlyForTests
      ? `"${name}" is only a devDependency of ${owner.name}`
      : `"${name}" is not declared in ${manifest}`,
    remedy: `add it to dependencies in ${manifest} (and a line to docs/dependencies.md), or do without it`,
  };
}

function allowedNames(workspace: Workspace, file: SourceFile, owner: WorkspacePackage | undefined): Set<string> {
  if (owner === undefined) {
    return new Set([...workspace.rootDependencies, ...workspace.packages.map((one) => one.name)]);
  }
  // What is measured is declared beside the measurement, so that its version is a decision.
  if (isBench(owner) && !/\.test\.ts$/.test(file.path)) return new Set(owner.devDependencies);
  const isOwnBusiness = file.role === 'testing' && !owner.entryPoints.has('./testing');
  const forTests =
    file.role === 'test' || isOwnBusiness ? [...owner.devDependencies, ...workspace.rootDependencies] : [];
  return new Set([...owner.dependencies, ...owner.peerDependencies, ...forTests]);
}

function isBench({ dir }: WorkspacePackage): boolean {
  return dir.endsWith('/bench');
}

/** A package may list what an optional peer of one of its own dependencies needs: it installs it on that package's behalf. */
function unusedDependencies(workspace: Workspace, one: WorkspacePackage, resolve: Resolver): Problem[] {
  const files = workspace.files.filter((file) => file.packageDir === one.dir && file.role !== 'test');
  if (files.length === 0) return [];
  const used = new Set(files.flatMap((file) => file.imports.map((use) => nameOf(resolve(file, use.specifier)))));
  const onBehalf = new Set(
    workspace.packages
      .filter((other) => one.dependencies.includes(other.name))
      .flatMap((other) => other.peerDependencies),
  );
  return one.dependencies
    .filter((name) => !used.has(name) && !onBehalf.has(name))
    .map((name) => ({
      file: `${one.dir}/package.json`,
      line: 1,
      what: `"${name}" is declared but nothing in ${one.dir} imports it`,
      remedy: 'remove it from dependencies',
    }));
}

function nameOf(resolution: Resolution): string | undefined {
  if (resolution.kind === 'workspace') return resolution.target.name;
  return resolution.kind === 'library' ? resolution.name : undefined;
}
