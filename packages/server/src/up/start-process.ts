import { type ObservabilityConfig, startMetricsHub } from '@autotrader/observability';
import { startSimulator } from '@autotrader/simulator';
import { queueCheck, storeCheck } from '../health/health-checks.ts';
import { createHealthReport } from '../health/health-report.ts';
import { simulatedLimits } from '../market/simulated-plan.ts';
import { createScanQueue } from '../queue/scan-queue.ts';
import type { Settings } from '../settings/settings.ts';
import { checkPorts, listen, logListening } from './listening.ts';
import { checkPortsPart, openApiPart, openMarketPart, openMetricsPart, openStorePart } from './parts.ts';
import { type Running, startParts } from './running.ts';
import { type StartOptions, startScanning } from './start-scanning.ts';

/** The API with its page and the metrics of this process. Scans wait in the store until a worker takes them up. */
export function startApi({ settings, observability, version }: StartOptions): Promise<Running> {
  return startParts(settings.shutdownMs, async (opened) => {
    const start = { settings, observability, version, opened };
    await checkPortsPart(start, 'api', 'metrics');
    const market = await openMarketPart(start);
    const store = await openStorePart(start);
    const queue = createScanQueue({ store, now: market.now, createId: market.createId });
    const health = createHealthReport({
      version,
      market: market.kind,
      checks: { store: storeCheck(store), queue: queueCheck(queue, market.now) },
    });
    const metricsUrl = await openMetricsPart(start, health);
    const apiUrl = await openApiPart(start, { market, store, queue, health, metricsUrl });
    return { api: apiUrl, metrics: metricsUrl };
  });
}

/** Takes scans up that any process asked for, asks for the watchlist itself, and serves its own metrics. */
export function startWorker(options: StartOptions): Promise<Running> {
  return startScanning(options, { withApi: false });
}

/** The simulated market alone, for processes that name it with `simulator.url`. */
export function startSimulatorProcess({ settings }: { readonly settings: Settings }): Promise<Running> {
  return startParts(settings.shutdownMs, async (opened) => {
    const { seed, address, port } = settings.simulator;
    const facts = { listener: 'simulator', address, port, flag: '--port', env: '`simulator.port`' };
    const simulator = await listen(facts, () => startSimulator({ seed, address, port, limits: simulatedLimits }));
    opened.add('simulator', () => simulator.close());
    return { simulator: simulator.url };
  });
}

export interface MetricsProcessOptions {
  readonly port: number;
  readonly address: string;
  /** Wins over `metrics.receiver.port`. */
  readonly receiverPort?: number | undefined;
  /** How telemetry is configured: access, receiver, merge. */
  readonly metrics: ObservabilityConfig['metrics'];
  readonly version: string;
}

/**
 * A metrics server in a process of its own: takes the metrics of other processes by OTLP/HTTP and serves them together with
 * its own.
 */
export function startMetricsProcess({
  port,
  address,
  metrics,
  version,
  ...given
}: MetricsProcessOptions): Promise<Running> {
  const shutdownMs = 2_000;
  return startParts(shutdownMs, async (opened) => {
    const served = { listener: 'metrics server', port, address, flag: '--port', env: 'METRICS_PORT' };
    const received = {
      listener: 'receiver of metrics',
      port: given.receiverPort ?? metrics.receiver.port,
      address: metrics.receiver.address,
      flag: '--receiver-port',
      env: '`metrics.receiver.port`',
    };
    await checkPorts(metrics.receiver.enabled ? [served, received] : [served]);
    const facts = { service: 'autotrader-metrics', version };
    const hub = await listen(served, () =>
      startMetricsHub({ config: metrics, port, address, receiverPort: received.port, facts }),
    );
    opened.add('metrics server', (leftMs) => hub.close(leftMs));
    logListening('metrics', hub.url);
    if (hub.receiverUrl === null) return { metrics: hub.url };
    logListening('receiver', hub.receiverUrl);
    return { metrics: hub.url, receiver: hub.receiverUrl };
  });
}
