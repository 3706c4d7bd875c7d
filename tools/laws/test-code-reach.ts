import type { ImportUse, Law, Problem, SourceFile, Workspace, WorkspacePackage } from '../workspace/model.ts';
import { createResolver, type Resolver } from '../workspace/resolve-import.ts';

const testEntryPoints = new Set(['./testing', './fakes']);
const testCode = /\/testing\/|\/fakes?\/|\/fakes?(-[a-z-]+)?\.ts$|\.fake\.ts$/;

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

function walkPackage(one: WorkspacePackage, workspace: Workspace, resolve: Resolver): Problem[] {
  const files = new Map(workspace.files.map((file) => [file.path, file]));
  const promised = [...one.entryPoints].filter(([subpath]) => !testEntryPoints.has(subpath)).map(([, path]) => path);
  const starts = [...promised, ...one.binaries];
  const cameFrom = new Map<string, string>();
  const problems: Problem[] = [];
  const queue = [...starts];
  const seen = new Set(queue);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const file = files.get(path);
    for (const use of file?.imports ?? []) {
      if (file === undefined) continue;
      const step = judgeStep(file, use, resolve);
      if (step.problem !== undefined) problems.push({ ...step.problem, what: step.problem.what + via(path, cameFrom) });
      if (step.next === undefined || seen.has(step.next)) continue;
      seen.add(step.next);
      cameFrom.set(step.next, path);
      queue.push(step.next);
    }
  }
  return problems;
}

function judgeStep(file: SourceFile, use: ImportUse, resolve: Resolver): { problem?: Problem; next?: string } {
  const problem = (what: string): { problem: Problem } => ({
    problem: {
      file: file.path,
      line: use.line,
      what,
      remedy: 'production code must not reach it: move what is really needed out of it, or import it in tests only',
    },
  });
  const resolution = resolve(file, use.specifier);
  if (resolution.kind === 'own-file') {
    const isTestCode = testCode.test(resolution.path) || /\.test\.tsx?$/.test(resolution.path);
    return isTestCode ? problem(`imports ${resolution.path}`) : { next: resolution.path };
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
