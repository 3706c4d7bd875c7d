import type { ObservabilityConfig } from '../config/schema.ts';
import { getLogger } from '../logs/logger.ts';
import type { Registry } from '../metrics/registry.ts';
import type { SpanReference } from '../metrics/registry-hooks.ts';
import { activeIds } from '../tracing/active-ids.ts';
import { tracingState } from '../tracing/tracing-state.ts';

const log = getLogger('observability.metrics');

/** Gives the metrics engine a voice, the active trace, and what the configuration says of single metrics. */
export function connectMetrics(registry: Registry, metrics: ObservabilityConfig['metrics']): void {
  registry.connect({
    onWarning: ({ code, message, ...subject }) => log.warning(`metric_${code}`, { ...subject, reason: message }),
    // Without one, an observation does not even ask.
    activeExemplar: tracingState.mode === 'off' ? null : activeExemplar,
  });
  registry.collectorTimeoutMs = metrics.collector_timeout_seconds * 1_000;
  registry.overrideBuckets(metrics.histogram_buckets);
  registry.useNativeBuckets(metrics.native_histograms);
  registry.overrideExpiry(inMilliseconds(metrics.series_expiry_seconds));
}

function activeExemplar(): SpanReference | null {
  const ids = activeIds();
  return ids?.sampled === true ? ids : null;
}

function inMilliseconds(seconds: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(seconds).map(([name, value]) => [name, value * 1_000]));
}
