import type { Law, Problem, SourceFile, Workspace } from '../workspace/model.ts';
import { createResolver, targetFileOf } from '../workspace/resolve-import.ts';

interface Edge {
  readonly to: string;
  readonly line: number;
}

/** Type imports count: a cycle of types is a design that cannot be read from one end. */
export const importCycles: Law = {
  name: 'no import cycle',
  check: (workspace) => findCycles(toGraph(workspace)),
};

function toGraph(workspace: Workspace): ReadonlyMap<string, readonly Edge[]> {
  const resolve = createResolver(workspace);
  const edgesOf = (file: SourceFile): Edge[] =>
    file.imports.flatMap((use) => {
      const to = targetFileOf(resolve(file, use.specifier));
      return to === undefined ? [] : [{ to, line: use.line }];
    });
  return new Map(workspace.files.map((file) => [file.path, edgesOf(file)]));
}

/** Depth first; an edge back into the current path closes a cycle. Each cycle is reported once, at the edge that closes it. */
function findCycles(graph: ReadonlyMap<string, readonly Edge[]>): Problem[] {
  const problems: Problem[] = [];
  const finished = new Set<string>();
  const path: string[] = [];
  const walk = (file: string): void => {
    path.push(file);
    for (const edge of graph.get(file) ?? []) {
      const start = path.indexOf(edge.to);
      if (start >= 0) problems.push(toProblem(file, edge, path.slice(start)));
      else if (!finished.has(edge.to)) walk(edge.to);
    }
    path.pop();
    finished.add(file);
  };
  for (const file of graph.keys()) if (!finished.has(file)) walk(file);
  return problems;
}

function toProblem(file: string, edge: Edge, cycle: readonly string[]): Problem {
  return {
    file,
    line: edge.line,
    what: `import cycle: ${[...cycle, edge.to].join(' → ')}`,
    remedy: 'move what both need into a file of its own that imports neither',
  };
}
