import { defaultRegistry } from '../default-registry.ts';
import type { Registry } from '../registry.ts';
import { createActiveResourcesPart } from './active-resources.ts';
import { createCpuPart } from './cpu.ts';
import { createEventLoopPart } from './event-loop.ts';
import { createFileDescriptorPart } from './file-descriptors.ts';
import { createGarbageCollectionPart } from './garbage-collection.ts';
import { createHeapPart } from './heap.ts';
import { createMemoryPart } from './memory.ts';
import { createNodeVersionPart } from './node-version.ts';
import type { CreateProcessPart } from './process-part.ts';

const parts: readonly CreateProcessPart[] = [
  createCpuPart,
  createMemoryPart,
  createFileDescriptorPart,
  createHeapPart,
  createEventLoopPart,
  createGarbageCollectionPart,
  createActiveResourcesPart,
  createNodeVersionPart,
];

type Registered = WeakMap<Registry, () => void>;

// Beside the shared registry, so that a second copy of the library finds the metrics of the first.
const registeredKey = Symbol.for('@autotrader/observability:process-metrics:1');

function registeredHere(): Registered {
  const holder = globalThis as { [registeredKey]?: Registered };
  holder[registeredKey] ??= new WeakMap();
  return holder[registeredKey];
}

/**
 * Shows the metrics of this process and of Node under their usual names (`process_*`, `nodejs_*`). A second call for
 * the same registry changes nothing.
 * @returns takes them out again and ends their observers
 */
export function registerProcessMetrics(registry: Registry = defaultRegistry()): () => void {
  const registered = registeredHere();
  const known = registered.get(registry);
  if (known !== undefined) return known;
  const closers = parts.map((createPart) => startPart(registry, createPart));
  const remove = () => {
    for (const close of closers) close();
    registered.delete(registry);
  };
  registered.set(registry, remove);
  return remove;
}

function startPart(registry: Registry, createPart: CreateProcessPart): () => void {
  const part = createPart(registry);
  const { name, metrics, collect } = part;
  const removeCollector = collect && registry.addCollector({ name, metrics, collect });
  return () => {
    removeCollector?.();
    part.close?.();
    for (const metric of part.metrics) registry.remove(metric);
  };
}
