import type { ImportUse, Law, Problem, SourceFile, Workspace, WorkspacePackage } from '../workspace/model.ts';
import { createResolver, type Resolver } from '../workspace/resolve-import.ts';

const testEntryPoints = new Set(['./testing', './fakes']);
const testCode = /\/testing\/|\/fakes?\/|\/fakes?\.ts$|\.fake\.ts$|\.(test|fixtures?)\.tsx?$/;

/** In a package that exports fakes; elsewhere `fake-liquidity.ts` may be about the fakes of others. */
const partOfFake = /\/fake-[a-z-]+\.ts$/;

/** The simulator is made of the sources' imitations; that is its job, and it is chosen by name when a market is opened. */
const mayImportFakes = 'packages/simulator';

/** A fake that production code can reach will one day answer in production. */
export const testCodeReach: Law = {
  name: 'fakes and testing out of reach',
  check: (workspace) => {
    const resolve = createResolver(workspace);
    return workspace.packages.flatMap((one) => walkPackage(one, workspace, resolve));
  },
};

interface Scene {
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly resolve: Resolver;
  readonly isTestCode: (path: string) => boolean;
}

function walkPackage(one: WorkspacePackage, workspace: Workspace, resolve: Resolver): Problem[] {
  const scene: Scene = {
    files: new Map(workspace.files.map((file) => [file.path, file])),
    resolve,
    isTestCode: (path) => testCode.test(path) || (one.entryPoints.has('./fakes') && partOfFake.test(path)),
  };
  const promised = [...one.entryPoints].filter(([subpath]) => !testEntryPoints.has(subpath)).map(([, path]) => path);
  return walkFrom([...promised, ...one.binaries], scene);
}

function walkFrom(starts: readonly string[], scene: Scene): Problem[] {
  const cameFrom = new Map<string, string>();
  const problems: Problem[] = [];
  const queue = [...starts];
  const seen = new Set(queue);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const file = scene.files.get(path);
    for (const step of file?.imports.map((use) => judgeStep(scene, file, use)) ?? []) {
      if (step.problem !== undefined) problems.push({ ...step.problem, what: step.problem.what + via(path, cameFrom) });
      if (step.next === undefined || seen.has(step.next)) continue;
      seen.add(step.next);
      cameFrom.set(step.next, path);
      queue.push(step.next);
    }
  }
  return problems;
}

function judgeStep(scene: Scene, file: SourceFile, use: ImportUse): { problem?: Problem; next?: string } {
  const problem = (what: string): { problem: Problem } => ({
    problem: {
      file: file.path,
      line: use.line,
      what,
      remedy: 'production code must not reach it: move what is really needed out of it, or import it in tests only',
    },
  });
  const resolution = scene.resolve(file, use.specifier);
  if (resolution.kind === 'own-file') {
    return scene.isTestCode(resolution.path) ? problem(`imports ${resolution.path}`) : { next: resolution.path };
  }
  if (resolution.kind !== 'workspace' || !testEntryPoints.has(resolution.subpath)) return {};
  if (resolution.subpath === './fakes' && file.packageDir === mayImportFakes) return {};
  return problem(`imports ${use.specifier}`);
}

function via(path: string, cameFrom: ReadonlyMap<string, string>): string {
  const chain: string[] = [];
  for (let at: string | undefined = path; at !== undefined; at = cameFrom.get(at)) chain.unshift(at);
  return chain.length < 2 ? '' : `, reached by ${chain.join(' → ')}`;
}
