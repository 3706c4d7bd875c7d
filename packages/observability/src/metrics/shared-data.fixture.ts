import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Public conformance data, or null where it is absent. It lies in the folder that an environment variable ending in
 * `_SHARED` names, or in one called `shared` beside the checkout.
 */
export function readSharedData(path: string): string | null {
  const file = locate(path);
  return file !== null && existsSync(file) ? readFileSync(file, 'utf8') : null;
}

/** The names of the files in a folder of conformance data; none where it is absent. */
export function listSharedData(path: string): string[] {
  const folder = locate(path);
  return folder !== null && existsSync(folder) ? readdirSync(folder).sort() : [];
}

function locate(path: string): string | null {
  const named = Object.entries(process.env).find(([name]) => name.endsWith('_SHARED'))?.[1];
  const folder = named ?? findBeside(import.meta.dirname);
  return folder === null ? null : join(folder, path);
}

function findBeside(start: string): string | null {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'shared');
    if (existsSync(join(candidate, 'conformance'))) return candidate;
  }
  return null;
}
