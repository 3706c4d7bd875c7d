import type { Law, Problem, SourceFile, Workspace } from '../workspace/model.ts';

/** vitest insists on a default export in its configuration, pino on one in a transport. */
const defaultExportRequired = /^vitest\.config\.ts$|-transport\.fixture\.mjs$/;

/** One explicit index per package: what is exported is what someone decided to promise. */
export const moduleShape: Law = {
  name: 'no barrels, star or default exports',
  check: (workspace) => {
    const entryPoints = new Set(workspace.packages.flatMap((one) => [...one.entryPoints.values()]));
    return workspace.files.flatMap((file) => judge(file, entryPoints, workspace));
  },
};

function judge(file: SourceFile, entryPoints: ReadonlySet<string>, workspace: Workspace): Problem[] {
  const at = (line: number, what: string, remedy: string): Problem => ({ file: file.path, line, what, remedy });
  const stars = file.starExports.map((line) =>
    at(line, 'export *', 'name each export: a star promises what nobody decided'),
  );
  const defaults = defaultExportRequired.test(file.path)
    ? []
    : file.defaultExports.map((line) =>
        at(line, 'default export', 'export it by name, so that it has one name everywhere'),
      );
  const isIndex = workspace.packages.some((one) => file.path === `${one.dir}/src/index.ts`);
  const isBarrel = file.onlyReExports && !isIndex && !entryPoints.has(file.path);
  const barrel = isBarrel ? [at(1, 'inner barrel: it only passes on other files', 'import those files directly')] : [];
  return [...stars, ...defaults, ...barrel];
}
