import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Health } from '@autotrader/contracts';
import { type ObservabilityConfig, startMetricsServer, toMetricsGuard } from '@autotrader/observability';
import type { ScanStore } from '@autotrader/scanner';
import { createSources, type Sources } from '@autotrader/sources';
import { createApi } from '../api/api.ts';
import { createBoard } from '../api/board.ts';
import type { ListenFacts } from '../errors.ts';
import type { Market } from '../market/market.ts';
import { openMarket } from '../market/open-market.ts';
import type { ScanQueue } from '../queue/scan-queue.ts';
import { createMarketScanner } from '../scan/market-scanner.ts';
import type { Settings } from '../settings/settings.ts';
import { createWorker, type Worker } from '../worker/worker.ts';
import { openDatabase } from './database.ts';
import { checkPorts, listen, logListening } from './listening.ts';
import type { Opened } from './running.ts';

/** A start under way: its settings and what it has opened. */
export interface Start {
  readonly settings: Settings;
  /** How telemetry is configured; without it the metrics are open to everybody who reaches their port. */
  readonly observability?: Pick<ObservabilityConfig, 'metrics'> | undefined;
  readonly version: string;
  readonly opened: Opened;
}

const listenersOf = {
  api: ({ api }: Settings): ListenFacts => ({
    listener: 'API',
    port: api.port,
    address: api.host,
    flag: '--port',
    env: 'PORT',
  }),
  metrics: ({ metrics }: Settings): ListenFacts => ({
    listener: 'metrics server',
    ...metrics,
    flag: '--metrics-port',
    env: 'METRICS_PORT',
  }),
};

/** First of all, so that a start which cannot listen leaves nothing behind. */
export function checkPortsPart({ settings }: Start, ...names: readonly (keyof typeof listenersOf)[]): Promise<void> {
  return checkPorts(names.map((name) => listenersOf[name](settings)));
}

export async function openMarketPart({ settings, opened }: Start): Promise<Market> {
  const market = await openMarket({ settings });
  opened.add('market', () => market.close());
  return market;
}

export async function openStorePart({ settings, opened }: Start): Promise<ScanStore> {
  const store = await openDatabase(settings);
  opened.add('store', () => store.close());
  return store;
}

export function openSourcesPart({ opened }: Start, market: Market): Sources {
  const sources = createSources({ settings: market.sourceSettings, now: market.now });
  opened.add('sources', () => sources.close());
  return sources;
}

/** Not started yet: whatever listens must have its port first. */
export function createWorkerPart(
  { settings, opened }: Start,
  { market, store, sources }: { market: Market; store: ScanStore; sources: Sources },
): Worker {
  const worker = createWorker({
    ...settings.worker,
    store,
    scanner: createMarketScanner({ settings, market, sources, store }),
    now: Date.now,
    name: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
  });
  // A third of what is left stays for aborting, handing back and whatever is closed after the worker.
  opened.add('worker', (leftMs) => worker.close({ graceMs: leftMs * (2 / 3) }));
  return worker;
}

export type ReadHealth = () => Promise<Health>;

export async function openMetricsPart({ settings, observability, opened }: Start, health: ReadHealth): Promise<string> {
  const { port, address } = settings.metrics;
  const guard = observability === undefined ? {} : toMetricsGuard(observability.metrics);
  const server = await listen(listenersOf.metrics(settings), () =>
    startMetricsServer({ port, address, health, ...guard }),
  );
  opened.add('metrics server', (leftMs) => server.close(leftMs / 2));
  logListening('metrics', server.url);
  return server.url;
}

export async function openApiPart(
  { settings, version, opened }: Start,
  parts: { market: Market; store: ScanStore; queue: ScanQueue; health: ReadHealth; metricsUrl: string | null },
): Promise<string> {
  const { market, store, queue, health, metricsUrl } = parts;
  const { host, port, token } = settings.api;
  const board = createBoard({ store, queue, watchlist: market.watchlist });
  const api = await createApi({
    board,
    market: market.kind,
    now: market.now,
    health,
    metricsUrl,
    version,
    host,
    token,
  });
  opened.add('api', () => api.close());
  const { url } = await listen(listenersOf.api(settings), () => api.listen(port));
  logListening('api', url);
  return url;
}
