import type { ObservabilityConfig } from '@autotrader/observability';
import { dataSourcesCheck, queueCheck, storeCheck } from '../health/health-checks.ts';
import { createHealthReport } from '../health/health-report.ts';
import { createScanQueue } from '../queue/scan-queue.ts';
import { createScheduler } from '../scheduler/scheduler.ts';
import type { Settings } from '../settings/settings.ts';
import {
  checkPortsPart,
  createWorkerPart,
  openApiPart,
  openMarketPart,
  openMetricsPart,
  openSourcesPart,
  openStorePart,
} from './parts.ts';
import { type Running, startParts } from './running.ts';

export interface StartOptions {
  readonly settings: Settings;
  /** How telemetry is configured: who may read the metrics. @default everybody who reaches their port */
  readonly observability?: Pick<ObservabilityConfig, 'metrics'> | undefined;
  /** Of the software, for health and the API reference. */
  readonly version: string;
}

/**
 * A process that scans: market, store, sources, metrics server, worker and scheduler, and the API among them where it is
 * asked for. Nothing is claimed before every listener has its port.
 */
export function startScanning(
  { settings, observability, version }: StartOptions,
  { withApi }: { withApi: boolean },
): Promise<Running> {
  return startParts(settings.shutdownMs, async (opened) => {
    const start = { settings, observability, version, opened };
    await checkPortsPart(start, ...(withApi ? (['api', 'metrics'] as const) : (['metrics'] as const)));
    const market = await openMarketPart(start);
    const store = await openStorePart(start);
    const sources = openSourcesPart(start, market);
    const { now, createId } = market;
    const queue = createScanQueue({ store, now, createId, onQueued: () => worker.wake() });
    const health = createHealthReport({
      version,
      market: market.kind,
      checks: { store: storeCheck(store), queue: queueCheck(queue, now), data_sources: dataSourcesCheck(sources) },
    });
    const metricsUrl = await openMetricsPart(start, health);
    const worker = createWorkerPart(start, { market, store, sources });
    const api = withApi ? { api: await openApiPart(start, { market, store, queue, health, metricsUrl }) } : {};
    worker.start();
    const scheduler = createScheduler({ queue, tokens: market.watchlist, everyMs: settings.scan.everyMs });
    opened.add('scheduler', () => scheduler.close());
    await scheduler.start();
    return { ...api, metrics: metricsUrl, ...(market.url === null ? {} : { simulator: market.url }) };
  });
}
