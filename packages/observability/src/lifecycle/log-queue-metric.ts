import { activePipeline } from '../logs/pipeline.ts';
import type { Registry } from '../metrics/registry.ts';
import { telemetryQueueSize } from '../metrics/self-metrics.ts';

/**
 * Shows how many lines wait for their readers, as of each scrape: told at every line, it would cost more than the line.
 *
 * @returns takes it out again
 */
export function measureLogQueue(registry: Registry): () => void {
  const collect = (): void => telemetryQueueSize.set({ signal: 'logs' }, activePipeline.sink.waiting());
  return registry.addCollector({ name: 'log_queue', metrics: [], collect });
}
