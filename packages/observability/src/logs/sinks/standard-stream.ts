import { fstatSync, writeSync } from 'node:fs';
import type { LineDestination } from './line-destination.ts';

/** stdout or stderr of this process. */
export function createStandardStream(destination: 'stdout' | 'stderr'): LineDestination {
  const fd = destination === 'stdout' ? 1 : 2;
  makeNonBlocking(destination, fd);
  return { write: (bytes) => writeSync(fd, bytes), lossAfter };
}

const closedCodes = new Set(['EPIPE', 'EBADF', 'ECONNRESET', 'ENOTCONN']);

/** Nobody can open a standard stream again. */
function lossAfter(code: string): 'pipe_closed' | undefined {
  return closedCodes.has(code) ? 'pipe_closed' : undefined;
}

/**
 * Node sets a pipe to non-blocking when its stream object is first made; a descriptor that was never looked at would
 * block the whole process as soon as the reader is slower than we are.
 */
function makeNonBlocking(destination: 'stdout' | 'stderr', fd: number): void {
  try {
    const stat = fstatSync(fd);
    if (stat.isFIFO() || stat.isSocket()) void process[destination].fd;
  } catch {
    // A closed descriptor shows itself at the first write.
  }
}
