import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { codeOf } from './disk-health.ts';

/** Who a process is, among all that may ever share a directory: no two have all four in common. */
export interface ProcessIdentity {
  /** One boot of one kernel; where that cannot be told, the name of the host. */
  readonly machine: string;
  /** Within which `pid` means something: containers on one machine count theirs separately. */
  readonly namespace: string;
  readonly pid: number;
  /** When it started, in ticks since the boot; `0` where the system does not say. */
  readonly start: string;
}

/** Whether an owner still runs; `unknown` where this process cannot see it. */
export type OwnerState = 'alive' | 'dead' | 'unknown';

/** This process. */
export async function readProcessIdentity(): Promise<ProcessIdentity> {
  try {
    const [boot, namespace, start] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
      readStart(process.pid),
    ]);
    const number = /\d+/.exec(namespace)?.[0];
    if (start !== undefined && number !== undefined) {
      return { machine: shorten(boot.trim()), namespace: number, pid: process.pid, start };
    }
  } catch {
    // No /proc: another system, or a very closed container.
  }
  return { machine: shorten(hostname()), namespace: '0', pid: process.pid, start: '0' };
}

/** Exact where both are on one boot of one kernel and count processes alike; a number that was given to another process does not deceive it. */
export async function readOwnerState(owner: ProcessIdentity, self: ProcessIdentity): Promise<OwnerState> {
  if (owner.machine !== self.machine || owner.namespace !== self.namespace) return 'unknown';
  if (owner.start !== '0') {
    try {
      return (await readStart(owner.pid)) === owner.start ? 'alive' : 'dead';
    } catch (error) {
      return codeOf(error) === 'ENOENT' || codeOf(error) === 'ESRCH' ? 'dead' : 'unknown';
    }
  }
  try {
    process.kill(owner.pid, 0);
    return 'unknown';
  } catch (error) {
    return codeOf(error) === 'ESRCH' ? 'dead' : 'unknown';
  }
}

/** `undefined` for a process that ended and whose parent has not noticed yet. */
async function readStart(pid: number): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may hold anything, brackets and blanks included.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  // Fields 3 and 22 of https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const isEnded = fields[0] === 'Z' || fields[0] === 'X';
  return isEnded ? undefined : fields[19];
}

function shorten(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
