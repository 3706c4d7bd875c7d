import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A folder of the shared test data (recorded replies and the like), which lies beside the repository: in the folder
 * that `AUTOTRADER_SHARED` names, or in a folder `shared` above the working directory. `null` where there is none; tests that need it
 * then skip and say so.
 */
export function sharedFolder(name: string): string | null {
  const given = process.env['AUTOTRADER_SHARED'];
  const roots = given ? [given] : above(process.cwd()).map((folder) => join(folder, 'shared'));
  return roots.map((root) => join(root, name)).find((folder) => existsSync(folder)) ?? null;
}

function above(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}
