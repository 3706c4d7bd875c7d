import type { MetricDescription } from '@autotrader/observability';
import type { OwnedMetrics } from '../gen-metrics.ts';

export interface MetricOwner {
  readonly owner: string;
  readonly about: string;
  /** Loads the entry points that declare its metrics. */
  readonly load: () => Promise<unknown>;
}

/** Loads one owner after the other and gives each the metrics that appeared with it. */
export async function readOwnedMetrics(
  listed: readonly MetricOwner[],
  describe: () => readonly MetricDescription[],
): Promise<OwnedMetrics[]> {
  const seen = new Set<string>();
  const owned: OwnedMetrics[] = [];
  for (const { owner, about, load } of listed) {
    await load();
    const metrics = describe().filter((metric) => !seen.has(metric.name));
    for (const metric of metrics) seen.add(metric.name);
    owned.push({ owner, about, metrics: metrics.toSorted((a, b) => (a.name < b.name ? -1 : 1)) });
  }
  return owned;
}
