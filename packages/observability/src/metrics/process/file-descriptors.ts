import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import type { Registry } from '../registry.ts';
import type { ProcessPart } from './process-part.ts';

/** Open file descriptors and their limit. Absent where there is no /proc. */
export function createFileDescriptorPart(registry: Registry): ProcessPart {
  const open = registry.gauge({ name: 'process_open_fds', help: 'Open file descriptors.' });
  const max = registry.gauge({ name: 'process_max_fds', help: 'Most file descriptors the process may open.' });

  return {
    name: 'process_fds',
    metrics: [open.name, max.name],
    async collect() {
      if (process.platform !== 'linux') return;
      // At once (it takes microseconds): read meanwhile, its own descriptor would be among those counted.
      const limit = readSoftLimit(readFileSync('/proc/self/limits', 'utf8'));
      if (limit !== undefined) max.set(limit);
      const entries = await readdir('/proc/self/fd');
      // One of the entries is the descriptor the listing itself was read through.
      open.set(entries.length - 1);
    },
  };
}

/** The soft limit in a line such as `Max open files   1024   4096   files`. */
export function readSoftLimit(limits: string): number | undefined {
  const found = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  if (found === undefined) return undefined;
  return found === 'unlimited' ? Number.POSITIVE_INFINITY : Number(found);
}
