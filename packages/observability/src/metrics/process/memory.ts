import { readFileSync } from 'node:fs';
import type { Registry } from '../registry.ts';
import type { ProcessPart } from './process-part.ts';

/** Memory as the operating system counts it. Virtual and heap size only where /proc tells them. */
export function createMemoryPart(registry: Registry): ProcessPart {
  const resident = registry.gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory size.' });
  const virtual = registry.gauge({ name: 'process_virtual_memory_bytes', help: 'Virtual memory size.' });
  const heap = registry.gauge({ name: 'process_heap_bytes', help: 'Size of the process data segment.' });

  return {
    name: 'process_memory',
    metrics: [resident.name, virtual.name, heap.name],
    collect() {
      resident.set(process.memoryUsage.rss());
      if (process.platform !== 'linux') return;
      // At once (it takes microseconds): read meanwhile, its descriptor would be counted among those of the process.
      const status = readFileSync('/proc/self/status', 'utf8');
      setIfKnown(virtual, readKilobytes(status, 'VmSize'));
      setIfKnown(heap, readKilobytes(status, 'VmData'));
    },
  };
}

function setIfKnown(metric: { set(value: number): void }, value: number | undefined): void {
  if (value !== undefined) metric.set(value);
}

/** A line such as `VmData:   123456 kB`, in bytes. The kernel's kB are 1024 bytes. */
export function readKilobytes(status: string, field: string): number | undefined {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return found === undefined ? undefined : Number(found) * 1024;
}
