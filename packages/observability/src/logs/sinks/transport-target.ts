import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A transport's module, or why there is none. */
export type TransportTarget =
  | { readonly kind: 'found'; readonly address: string }
  | { readonly kind: 'missing'; readonly reason: string; readonly remedy: string };

/**
 * Looks for a transport where the program would: a package among its own dependencies, then among ours, or a file,
 * relative to the working directory.
 */
export function findTransport(target: string, folder: string = process.cwd()): TransportTarget {
  if (target.startsWith('file:')) return { kind: 'found', address: target };
  if (isAbsolute(target)) return { kind: 'found', address: pathToFileURL(target).href };
  for (const from of [join(folder, 'program.js'), import.meta.url]) {
    try {
      return { kind: 'found', address: pathToFileURL(createRequire(from).resolve(target)).href };
    } catch {
      // The next place may know it.
    }
  }
  const isFile = /^\.\.?[\\/]/.test(target);
  return {
    kind: 'missing',
    reason: isFile ? `there is no file ${target} in ${folder}` : `the package ${packageOf(target)} is not installed`,
    remedy: isFile ? 'correct logging.outputs.pino_transports' : `npm install ${packageOf(target)}`,
  };
}

/** `@scope/name/file` belongs to `@scope/name`, `pino/file` to `pino`. */
function packageOf(target: string): string {
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}
