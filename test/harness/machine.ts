import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { repository } from './autotrader.ts';

/** Path of a program on this machine; `null` where it is not installed. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Folder of recorded replies, which is data beside the project and not part of it; `null` where it is absent. */
export function findRecordings(): string | null {
  const named = process.env['AUTOTRADER_SHARED'];
  const shared = named ?? join(dirname(repository.replace(/\/$/, '')), 'shared');
  const folder = join(shared, 'recorded');
  return existsSync(folder) ? folder : null;
}
