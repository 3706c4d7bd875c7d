import { getLogger } from '../logs/logger.ts';
import type { Registry } from '../metrics/registry.ts';
import { activeIds } from '../tracing/active-ids.ts';
import { tracingState } from '../tracing/tracing-state.ts';

const log = getLogger('observability.metrics');

/** Gives the metrics engine a voice and the active trace, and the bucket bounds of the configuration. */
export function connectMetrics(registry: Registry, buckets: Readonly<Record<string, readonly number[]>>): void {
  registry.connect({
    onWarning: ({ code, message, ...subject }) => log.warning(`metric_${code}`, { ...subject, reason: message }),
    activeExemplar() {
      if (tracingState.mode === 'off') return null;
      const ids = activeIds();
      return ids?.sampled === true ? ids : null;
    },
  });
  registry.overrideBuckets(buckets);
}
