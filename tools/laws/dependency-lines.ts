import type { Problem, Workspace, WorkspacePackage } from '../workspace/model.ts';

export const dependencyDocument = 'docs/dependencies.md';

interface Row {
  readonly section: string;
  readonly name: string;
  readonly line: number;
  /** Cells after the name: what for, why this one, size, import time. */
  readonly cells: readonly string[];
}

const columns = 5;

/**
 * A dependency is somebody else's code in our process: each has a row that says what it is for and what it
 * costs, under a heading with the package's name; and no row outlives its dependency.
 */
export function dependencyLines(workspace: Workspace, document: string): Problem[] {
  const rows = readRows(document);
  const missing = workspace.packages.filter(isInstalled).flatMap((one) => missingRows(one, rows, workspace));
  const stale = rows.flatMap((row) => judgeRow(row, workspace));
  return [...missing, ...stale];
}

/** An example shows how to install what has its row already. */
function isInstalled(one: WorkspacePackage): boolean {
  return !one.dir.startsWith('examples/');
}

function runtimeDependencies(one: WorkspacePackage, workspace: Workspace): string[] {
  const ours = new Set(workspace.packages.map((other) => other.name));
  return [...new Set([...one.dependencies, ...one.peerDependencies])].filter((name) => !ours.has(name));
}

function missingRows(one: WorkspacePackage, rows: readonly Row[], workspace: Workspace): Problem[] {
  return runtimeDependencies(one, workspace)
    .filter((name) => !rows.some((row) => row.section === one.name && row.name === name))
    .map((name) => ({
      file: dependencyDocument,
      line: 1,
      what: `"${name}" of ${one.name} has no row`,
      remedy: `add one under "## ${one.name}": what for, why this one, size, import time`,
    }));
}

function judgeRow(row: Row, workspace: Workspace): Problem[] {
  const at = (what: string, remedy: string): Problem[] => [{ file: dependencyDocument, line: row.line, what, remedy }];
  const owner = workspace.packages.find((one) => one.name === row.section);
  if (owner === undefined)
    return at(`"${row.section}" is none of our packages`, 'use the name in its package.json as heading');
  if (!runtimeDependencies(owner, workspace).includes(row.name)) {
    return at(`${owner.name} does not depend on "${row.name}"`, 'remove the row');
  }
  const isComplete = row.cells.length === columns - 1 && row.cells.every((cell) => cell !== '');
  return isComplete
    ? []
    : at(`the row of "${row.name}" is incomplete`, 'fill what for, why this one, size and import time');
}

function readRows(document: string): Row[] {
  let section = '';
  return document.split('\n').flatMap((text, index) => {
    section = /^## (.+)$/.exec(text)?.[1]?.trim() ?? section;
    const row = /^\| `([^`]+)` \|(.*)\|\s*$/.exec(text);
    if (row?.[1] === undefined) return [];
    const cells = (row[2] ?? '').split('|').map((cell) => cell.trim());
    return [{ section, name: row[1], line: index + 1, cells }];
  });
}
