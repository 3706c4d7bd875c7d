import { constants, type PerformanceEntry, PerformanceObserver } from 'node:perf_hooks';
import type { Registry } from '../registry.ts';
import type { ProcessPart } from './process-part.ts';

const kinds = ['minor', 'major', 'incremental', 'weakcb'] as const;

const kindByFlag: ReadonlyMap<unknown, (typeof kinds)[number]> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, 'minor'],
  [constants.NODE_PERFORMANCE_GC_MAJOR, 'major'],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, 'incremental'],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, 'weakcb'],
] as const);

/** Garbage collection pauses, recorded as they happen. */
export function createGarbageCollectionPart(registry: Registry): ProcessPart {
  const duration = registry.histogram({
    name: 'nodejs_gc_duration_seconds',
    help: 'Duration of garbage collections.',
    labels: { kind: kinds },
    buckets: [0.001, 0.01, 0.1, 1, 2, 5],
    exemplars: false,
  });
  // Made now, so that a kind that has not run yet shows 0 and a rate over it has a start.
  const byKind = new Map(kinds.map((kind) => [kind, duration.with({ kind })]));
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const kind = kindByFlag.get(readKind(entry));
      if (kind !== undefined) byKind.get(kind)?.observe(entry.duration / 1000);
    }
  });
  observer.observe({ entryTypes: ['gc'] });

  return {
    name: 'nodejs_gc',
    metrics: [duration.name],
    close: () => observer.disconnect(),
  };
}

function readKind(entry: PerformanceEntry): unknown {
  // Node 16 moved the kind into `detail`, which the common type of entries does not have.
  const detail = 'detail' in entry ? entry.detail : undefined;
  return typeof detail === 'object' && detail !== null && 'kind' in detail ? detail.kind : undefined;
}
