import { defaultRegistry } from '../../metrics/default-registry.ts';
import type { OutputFormat } from '../../metrics/exposition/formats.ts';
import type { RenderOptions } from '../../metrics/registry.ts';
import { joinMetricsGroup } from './process-group.ts';

/** What a metrics server shows where it is not told otherwise. */
export interface ServedGroup {
  /** Longest wait for all collectors of an output together, where the output names none. */
  readonly collectorTimeoutMs: number;
  renderBytes(options?: RenderOptions<OutputFormat>): AsyncGenerator<Uint8Array>;
}

let group: Promise<ServedGroup> | null = null;

/**
 * The metrics of this process with those of its cluster children and worker threads, which meet in the primary's main
 * thread. A child or a thread shows its own only: ask the primary. One for all servers of a process.
 */
export function readServedGroup(): Promise<ServedGroup> {
  group ??= openGroup();
  return group;
}

async function openGroup(): Promise<ServedGroup> {
  await joinMetricsGroup();
  const { isMainThread } = process.getBuiltinModule('node:worker_threads');
  const { default: cluster } = await import('node:cluster');
  if (!isMainThread || cluster.isWorker) return defaultRegistry();
  const { createGroupMetrics } = await import('./group-metrics.ts');
  return createGroupMetrics(defaultRegistry());
}
