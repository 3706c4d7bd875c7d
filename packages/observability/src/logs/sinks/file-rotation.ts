import type * as nodeFiles from 'node:fs';
import { errorCode } from './line-destination.ts';

/** What rotating needs to know. */
export interface FileRotation {
  readonly maxFiles: number;
  readonly nowMs: number;
  readonly files: Pick<typeof nodeFiles, 'closeSync' | 'openSync' | 'renameSync' | 'statSync' | 'unlinkSync'>;
  /** Asked once nobody else can rotate: false when another process was faster. */
  readonly isDue: () => boolean;
}

// Rotating takes a few renames; whoever holds the lock this long has died.
const staleLockMs = 10_000;

/**
 * Moves `path` to `path.1`, `path.1` to `path.2` and so on; the oldest beyond `maxFiles` is gone. Every step is one
 * rename, the highest number first, so that a crash between two of them loses nothing.
 *
 * @returns `busy` when another process is rotating
 * @throws what the file system refuses
 */
export function rotateFiles(path: string, rotation: FileRotation): 'rotated' | 'busy' {
  const { files } = rotation;
  const lock = `${path}.lock`;
  if (!takeLock(lock, rotation)) return 'busy';
  try {
    if (rotation.isDue()) shiftFiles(path, rotation);
    return 'rotated';
  } finally {
    ignoreMissing(() => files.unlinkSync(lock));
  }
}

function takeLock(lock: string, { files, nowMs }: FileRotation): boolean {
  try {
    files.closeSync(files.openSync(lock, 'wx'));
    return true;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  }
  ignoreMissing(() => {
    if (nowMs - files.statSync(lock).mtimeMs > staleLockMs) files.unlinkSync(lock);
  });
  return false;
}

function shiftFiles(path: string, { files, maxFiles }: FileRotation): void {
  // More than one when fewer files are kept than before.
  for (let number = Math.max(1, maxFiles); exists(`${path}.${number}`, files); number += 1) {
    ignoreMissing(() => files.unlinkSync(`${path}.${number}`));
  }
  for (let number = maxFiles - 1; number >= 1; number -= 1) {
    ignoreMissing(() => files.renameSync(`${path}.${number}`, `${path}.${number + 1}`));
  }
  ignoreMissing(() => (maxFiles === 0 ? files.unlinkSync(path) : files.renameSync(path, `${path}.1`)));
}

function exists(path: string, files: FileRotation['files']): boolean {
  return files.statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function ignoreMissing(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
