import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildWorkspace } from './build-workspace.ts';
import type { Workspace } from './model.ts';

/** Reads what git would commit: tracked files and new ones it does not ignore. */
export function readWorkspace(root: string): Workspace {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = listed.split('\0').filter((path) => /(^|\/)package\.json$|\.([cm]?tsx?|mjs)$/.test(path));
  const texts = new Map<string, string>();
  for (const path of paths) {
    // A file deleted but not yet committed is still listed.
    if (existsSync(join(root, path))) texts.set(path, readFileSync(join(root, path), 'utf8'));
  }
  return buildWorkspace(texts);
}
