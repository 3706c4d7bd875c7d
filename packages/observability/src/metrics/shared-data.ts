import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Public conformance data that lies beside the checkout, or null where it is absent. */
export function readSharedData(path: string): string | null {
  const folder = process.env['AUTOTRADER_SHARED'] ?? findBeside(import.meta.dirname);
  const file = folder === null ? null : join(folder, path);
  return file !== null && existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function findBeside(start: string): string | null {
  for (let folder = start; folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'shared');
    if (existsSync(join(candidate, 'conformance'))) return candidate;
  }
  return null;
}
