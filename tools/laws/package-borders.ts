import type { ImportUse, Law, Problem, SourceFile } from '../workspace/model.ts';
import { createResolver, type Resolver } from '../workspace/resolve-import.ts';

const observability = '@autotrader/observability';
const sources = '@autotrader/sources';
const scanner = '@autotrader/scanner';
const simulator = '@autotrader/simulator';
const contracts = '@autotrader/contracts';

/** Which package may import which of ours; examples show the library alone. A folder without a row may import nothing of ours. */
const allowed: ReadonlyMap<string, readonly string[]> = new Map([
  ['packages/observability', []],
  ['packages/observability/bench', [observability]],
  ['packages/contracts', []],
  ['packages/sources', [observability]],
  ['packages/scanner', [sources, observability]],
  ['packages/simulator', [sources, observability]],
  ['packages/server', [contracts, observability, scanner, simulator, sources]],
  ['apps/cli', [contracts, observability, scanner, simulator, sources, '@autotrader/server']],
  ['apps/dashboard', [contracts]],
]);

/** contracts is read by other people's programs too, so it stays free of everything but the schema language. */
const onlyLibraries: ReadonlyMap<string, readonly string[]> = new Map([['packages/contracts', ['zod']]]);

export const packageBorders: Law = {
  name: 'package borders',
  check: (workspace) => {
    const resolve = createResolver(workspace);
    return workspace.files.flatMap((file) => file.imports.flatMap((use) => judge(file, use, resolve)));
  },
};

function judge(file: SourceFile, use: ImportUse, resolve: Resolver): Problem[] {
  const problem = (what: string, remedy: string): Problem[] => [{ file: file.path, line: use.line, what, remedy }];
  const resolution = resolve(file, use.specifier);
  const folder = file.packageDir;
  if (resolution.kind === 'own-file') {
    const fromTools = file.packageDir === '';
    return /^(tools|deploy)\//.test(resolution.path) && !fromTools
      ? problem(`${folder || file.path} imports a tool`, 'move what it needs into a package: nobody imports tools')
      : [];
  }
  if (resolution.kind === 'workspace' && folder !== '' && resolution.target.dir !== folder) {
    const mayImport = allowed.get(folder) ?? (folder.startsWith('examples/') ? [observability] : []);
    return mayImport.includes(resolution.target.name)
      ? []
      : problem(
          `${folder} may not import ${resolution.target.name}`,
          `it may import ${mayImport.join(', ') || 'none of our packages'}; move the code to the side that may, or hand the value in`,
        );
  }
  if (
    resolution.kind === 'workspace' &&
    resolution.target.dir.startsWith('apps/') &&
    resolution.target.dir !== folder
  ) {
    return problem('nobody imports an app', 'move what is needed into a package');
  }
  const libraries = onlyLibraries.get(folder);
  if (resolution.kind === 'library' && file.role !== 'test' && libraries?.includes(resolution.name) === false) {
    return problem(`${folder} imports "${resolution.name}"`, `it may import ${libraries.join(', ')} only`);
  }
  return [];
}
