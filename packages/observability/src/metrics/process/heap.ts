import { getHeapSpaceStatistics } from 'node:v8';
import type { Registry } from '../registry.ts';
import type { ProcessPart } from './process-part.ts';

/** V8's heap, as a whole and by space. */
export function createHeapPart(registry: Registry): ProcessPart {
  // V8 has eight to ten spaces, fixed by its version.
  const labels = { space: { limit: 30 } } as const;
  const total = registry.gauge({ name: 'nodejs_heap_size_total_bytes', help: 'Heap memory V8 has reserved.' });
  const used = registry.gauge({ name: 'nodejs_heap_size_used_bytes', help: 'Heap memory in use.' });
  const external = registry.gauge({
    name: 'nodejs_external_memory_bytes',
    help: 'Memory outside the heap that is held by JavaScript objects.',
  });
  const spaceTotal = registry.gauge({
    name: 'nodejs_heap_space_size_total_bytes',
    help: 'Size of a heap space.',
    labels,
  });
  const spaceUsed = registry.gauge({
    name: 'nodejs_heap_space_size_used_bytes',
    help: 'Used part of a heap space.',
    labels,
  });
  const spaceAvailable = registry.gauge({
    name: 'nodejs_heap_space_size_available_bytes',
    help: 'What is left of a heap space before it has to grow.',
    labels,
  });

  return {
    name: 'nodejs_heap',
    metrics: [total.name, used.name, external.name, spaceTotal.name, spaceUsed.name, spaceAvailable.name],
    collect() {
      const { heapTotal, heapUsed, external: outside } = process.memoryUsage();
      total.set(heapTotal);
      used.set(heapUsed);
      external.set(outside);
      for (const space of getHeapSpaceStatistics()) {
        const label = { space: space.space_name.replace(/_space$/, '') };
        spaceTotal.set(label, space.space_size);
        spaceUsed.set(label, space.space_used_size);
        spaceAvailable.set(label, space.space_available_size);
      }
    },
  };
}
