import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A folder of data that is kept beside the project and not in it; `null` where it is absent. */
export function sharedFolder(name: string): string | null {
  const named = process.env['AUTOTRADER_SHARED'];
  if (named !== undefined) return existsSync(join(named, name)) ? join(named, name) : null;
  let folder = import.meta.dirname;
  while (dirname(folder) !== folder) {
    const found = join(folder, '..', 'shared', name);
    if (existsSync(found)) return found;
    folder = dirname(folder);
  }
  return null;
}
