import type { Registry } from '../registry.ts';
import type { ProcessPart } from './process-part.ts';

/** What keeps the event loop alive, by type: timers, sockets, file operations … */
export function createActiveResourcesPart(registry: Registry): ProcessPart {
  const resources = registry.gauge({
    name: 'nodejs_active_resources',
    help: 'Resources that keep the event loop alive, by type.',
    // Node names a few dozen types.
    labels: { type: { limit: 60 } },
  });
  const seen = new Set<string>();

  return {
    name: 'nodejs_active_resources',
    metrics: [resources.name],
    collect() {
      const counts = new Map<string, number>();
      for (const type of process.getActiveResourcesInfo()) {
        counts.set(type, (counts.get(type) ?? 0) + 1);
        seen.add(type);
      }
      // A type seen before and gone now is a known 0.
      for (const type of seen) resources.set({ type }, counts.get(type) ?? 0);
    },
  };
}
