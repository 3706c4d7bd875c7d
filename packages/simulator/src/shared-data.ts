import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder of the shared test data, below `AUTOTRADER_SHARED` or beside the repository; `undefined` where there is
 * none. For tests only.
 */
export function sharedFolder(name: string): string | undefined {
  const given = process.env['AUTOTRADER_SHARED'];
  const above = (folder: string): readonly string[] =>
    dirname(folder) === folder ? [folder] : [folder, ...above(dirname(folder))];
  const roots = given
    ? [given]
    : above(fileURLToPath(new URL('.', import.meta.url))).map((root) => join(root, 'shared'));
  return roots.map((root) => join(root, name)).find((folder) => existsSync(folder));
}
