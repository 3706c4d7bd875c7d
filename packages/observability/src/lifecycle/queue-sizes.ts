import type { Delivery } from '../export/delivery.ts';
import { activePipeline } from '../logs/pipeline.ts';
import type { Registry } from '../metrics/registry.ts';
import { telemetryQueueSize } from '../metrics/self-metrics.ts';

/**
 * Shows how many records wait: lines for their readers, and all signals for their backends. As of each scrape: told at
 * every line, it would cost more than the line.
 *
 * @returns takes it out again
 */
export function measureQueues(
  registry: Registry,
  delivery: Pick<Delivery, 'waiting' | 'carries'> | undefined,
): () => void {
  const collect = (): void => {
    telemetryQueueSize.set({ signal: 'logs' }, activePipeline.sink.waiting() + (delivery?.waiting('logs') ?? 0));
    for (const signal of ['metrics', 'traces'] as const) {
      if (delivery?.carries(signal)) telemetryQueueSize.set({ signal }, delivery.waiting(signal));
    }
  };
  return registry.addCollector({ name: 'telemetry_queues', metrics: [], collect });
}
