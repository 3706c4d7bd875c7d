import type { ObservabilityConfig } from '../config/schema.ts';
import { getLogger } from '../logs/logger.ts';
import type { MergeHooks } from '../merge/merge-settings.ts';
import type { MergedMetrics } from '../merge/merged-metrics.ts';
import type { MetricSource } from '../merge/metric-source.ts';
import { defaultRegistry } from '../metrics/default-registry.ts';
import { redactions, scrapeDuration, telemetryDropped } from '../metrics/self-metrics.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../receiver/otlp-receiver.ts';
import { type MetricsGuard, toMetricsGuard } from './metrics-guard.ts';
import { type MetricsServer, startMetricsServer } from './metrics-server.ts';

// No sender is called so: theirs are lists. Its own metrics have no job, as those of a process that is scraped itself.
const self: MetricSource = { id: 'self', job: '', instance: '', isOwn: true };

type MetricsConfig = ObservabilityConfig['metrics'];

/** Where a hub listens; what is left out comes from the configuration. */
export interface MetricsHubOptions {
  /** `config.metrics` of `initObservability` or `loadObservabilityConfig`. */
  readonly config: MetricsConfig;
  /** Of `/metrics` and `/health`; 0 takes any free port. @default `metrics.port` */
  readonly port?: number;
  /** @default `metrics.address` */
  readonly address?: string;
  /** Where OTLP/HTTP is received; 0 takes any free port. @default `metrics.receiver.port` */
  readonly receiverPort?: number;
  /** @default `metrics.receiver.address` */
  readonly receiverAddress?: string;
  /** Shown with the health report, e.g. `{ version: '1.4.0' }`. */
  readonly facts?: Readonly<Record<string, string>>;
}

/** A running hub. */
export interface MetricsHub {
  /** Of `/metrics` and `/health`, without a trailing slash. */
  readonly url: string;
  /** Where others send to, without `/v1/metrics`; null when `metrics.receiver.enabled` is false. */
  readonly receiverUrl: string | null;
  /** Stops listening, lets running requests end for up to `timeoutMs` (default 1000), then cuts them. May be called again. */
  close(timeoutMs?: number): Promise<void>;
}

/**
 * Makes a process the place where the metrics of many meet: receives OTLP/HTTP (see `startOtlpReceiver`), merges as
 * `metrics.merge` says, and serves all of it with the metrics of its own, behind `metrics.access`.
 * @throws ListenError when one of its ports cannot be opened; then the other is closed again
 */
export async function startMetricsHub(options: MetricsHubOptions): Promise<MetricsHub> {
  const { config } = options;
  const [{ createMergedMetrics }, { toMergeSettings }, { createMergedOutput }] = await Promise.all([
    import('../merge/merged-metrics.ts'),
    import('../merge/merge-settings.ts'),
    import('./merged-output.ts'),
  ]);
  const merged = createMergedMetrics({ ...toMergeSettings(config.merge), ...hooks });
  const guard = toMetricsGuard(config);
  const receiver = config.receiver.enabled ? await openReceiver(options, merged, guard) : null;
  const output = createMergedOutput({
    merged,
    registry: defaultRegistry(),
    self,
    now: Date.now,
    onScrape: (durationMs) => scrapeDuration.observe(durationMs / 1_000),
  });
  await output.readSelf();
  try {
    const server = await startMetricsServer({
      port: options.port ?? config.port,
      address: options.address ?? config.address,
      path: config.path,
      ...guard,
      health: () => toHealth(options, { merged, receiver }),
      registry: output,
    });
    return toHub(server, receiver);
  } catch (error) {
    await receiver?.close(0);
    throw error;
  }
}

function openReceiver(
  { config, receiverPort, receiverAddress }: MetricsHubOptions,
  merge: MergedMetrics,
  guard: MetricsGuard,
): Promise<OtlpReceiver> {
  const { receiver } = config;
  return startOtlpReceiver({
    port: receiverPort ?? receiver.port,
    address: receiverAddress ?? receiver.address,
    merge,
    limits: {
      maxBodyBytes: receiver.max_body_bytes,
      maxRequestsPerSecond: receiver.max_requests_per_second,
      maxConcurrentRequests: receiver.max_concurrent_requests,
    },
    ...guard,
    ...(receiver.allowed_hosts.length > 0 ? { allowedHosts: receiver.allowed_hosts } : {}),
  });
}

function toHub(server: MetricsServer, receiver: OtlpReceiver | null): MetricsHub {
  return {
    url: server.url,
    receiverUrl: receiver?.url ?? null,
    async close(timeoutMs) {
      await Promise.all([receiver?.close(timeoutMs), server.close(timeoutMs)]);
    },
  };
}

const log = getLogger('observability.merge');

const hooks: MergeHooks = {
  onRefused: (reason, points) => telemetryDropped.inc({ signal: 'metrics', reason: `merge_${reason}` }, points),
  onWarning: ({ code, metric, message }) => log.warning(`merge_${code}`, { metric, reason: message }),
  onRedacted: () => redactions.inc({ sink: 'metrics' }),
};

/** `degraded` when the merge is full: what comes new is refused then. */
function toHealth(
  { config: { merge }, facts }: MetricsHubOptions,
  { merged, receiver }: { readonly merged: MergedMetrics; readonly receiver: OtlpReceiver | null },
) {
  const { series, sources } = merged.size();
  const isFull = series >= merge.max_series || sources >= merge.max_sources;
  const status = isFull ? ('degraded' as const) : ('ok' as const);
  const cause = isFull ? { cause: 'new series or sources are refused: see metrics.merge' } : {};
  const receives =
    receiver === null ? { status: 'ok', listening: false } : { status: 'ok', listening: true, url: receiver.url };
  return {
    status,
    ...facts,
    // This process is a source as well, since its start.
    checks: { receiver: receives, sources: { status, sources: sources - 1, series, ...cause } },
  };
}
