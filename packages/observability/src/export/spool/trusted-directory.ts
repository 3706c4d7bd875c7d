import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readlink } from 'node:fs/promises';
import { join, parse, resolve, sep } from 'node:path';
import { codeOf } from './disk-health.ts';

const deepestLinks = 40;

/** Whoever may read it may read what was logged. */
const onlyOwner = 0o700;

/**
 * Makes the directory where it is missing and returns its real path. Throws when somebody else (neither this user nor the
 * administrator) owns it, or placed a symbolic link on the way to it: they could read what we write or lead it elsewhere.
 */
export async function openTrustedDirectory(path: string, uid: number | undefined): Promise<string> {
  const { root } = parse(resolve(path));
  let rest = partsOf(resolve(path), root);
  let real = root;
  let links = 0;
  for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
    const candidate = join(real, part);
    const found = await findOrMake(candidate);
    if (!found.isSymbolicLink()) {
      if (!found.isDirectory()) throw new Error(`${candidate} is not a directory`);
      real = candidate;
      if (rest.length === 0 && !isTrusted(found, uid)) throw new Error(`${candidate} belongs to another user`);
      continue;
    }
    if (!isTrusted(found, uid)) throw new Error(`${candidate} is a symbolic link placed by another user`);
    links += 1;
    if (links > deepestLinks) throw new Error(`${path} leads through too many symbolic links`);
    rest = [...partsOf(resolve(real, await readlink(candidate)), root), ...rest];
    real = root;
  }
  return real;
}

/** Makes a folder that is this user's alone. Throws when there is something else of that name. */
export async function openOwnFolder(path: string, uid: number | undefined): Promise<void> {
  const found = await findOrMake(path);
  if (!found.isDirectory()) throw new Error(`${path} is not a directory`);
  if (uid === undefined) return;
  if (found.uid !== uid) throw new Error(`${path} belongs to another user`);
  if ((found.mode & 0o077) !== 0) await chmod(path, onlyOwner);
}

function isTrusted(found: Stats, uid: number | undefined): boolean {
  return uid === undefined || found.uid === uid || found.uid === 0;
}

async function findOrMake(path: string): Promise<Stats> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  try {
    await mkdir(path, { mode: onlyOwner });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  }
  return await lstat(path);
}

function partsOf(path: string, root: string): string[] {
  return path
    .slice(root.length)
    .split(sep)
    .filter((part) => part !== '');
}
