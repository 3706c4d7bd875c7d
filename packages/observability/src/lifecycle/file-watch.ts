import { stat } from 'node:fs/promises';

/** What a file is now; another text whenever its content may be another one. */
export type FileSignature = string;

// One stat a second costs some 30 µs. Notifications of the file system would come sooner, but not at all from network
// and mounted file systems, and they lose a file that is replaced: editors rename, Kubernetes swaps a link above it.
const intervalMs = 1_000;

/** How a file is watched. */
export interface FileWatchOptions {
  /** As read before the file's content was, so that no change in between is missed. */
  readonly since: FileSignature;
  readonly onChange: () => void;
  /** @default 1000 */
  readonly intervalMs?: number;
}

/**
 * Calls `onChange` when the file is another one than before and has been the same for one interval, so that nobody
 * reads half of what is being written. Follows links. Does not keep the process alive.
 *
 * @returns ends it
 */
export function watchFile(file: string, options: FileWatchOptions): () => void {
  let known = options.since;
  let seen = known;
  let looking = false;
  let ended = false;

  const look = async (): Promise<void> => {
    const signature = await readSignature(file);
    if (ended) return;
    const settled = signature === seen;
    seen = signature;
    if (!settled || signature === known) return;
    known = signature;
    options.onChange();
  };
  const timer = setInterval(() => {
    // A network file system that hangs gets one question, not one every second.
    if (looking) return;
    looking = true;
    void look().finally(() => {
      looking = false;
    });
  }, options.intervalMs ?? intervalMs);
  timer.unref();
  return () => {
    ended = true;
    clearInterval(timer);
  };
}

/** Never rejects: a file that is not there has a signature as well. */
export async function readSignature(file: string): Promise<FileSignature> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(':');
  } catch {
    return 'missing';
  }
}

/** Whether there is something to come back to: a pipe can be read once only. */
export async function isRegularFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
