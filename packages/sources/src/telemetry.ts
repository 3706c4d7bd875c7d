import { counter, gauge, histogram } from '@autotrader/observability';
import type { RateLimitStatus } from './reader/rate-limit.ts';
import { type SourceName, sourceNames, sources } from './registry.ts';
import { type SourceErrorKind, sourceErrorKinds } from './source-error.ts';
import type { BreakerState } from './sources.ts';

const endpointNames: readonly string[] = [
  ...new Set(sources.flatMap((source) => source.endpoints.map((endpoint) => endpoint.name))),
];
const bySource = { source: sourceNames };
const byEndpoint = { source: sourceNames, endpoint: endpointNames };

export type RequestStatus = 'success' | 'not_found' | 'failure';

const requests = counter({
  name: 'data_source_requests_total',
  help: 'HTTP requests sent to a data source, retries included, by what the reply meant.',
  labels: { ...byEndpoint, status: ['success', 'not_found', 'failure'] },
});
const latency = histogram({
  name: 'data_source_latency_seconds',
  help: 'Duration of one HTTP request to a data source, from sending it to having read the whole reply.',
  labels: byEndpoint,
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
const errors = counter({
  name: 'data_source_errors_total',
  help: 'HTTP requests to a data source that gave no usable answer, by kind of error.',
  labels: { ...byEndpoint, error_type: sourceErrorKinds },
});
const cacheHits = counter({
  name: 'data_source_cache_hits_total',
  help: 'Questions to a data source answered from the cache with a fresh answer.',
  labels: byEndpoint,
});
const cacheMisses = counter({
  name: 'data_source_cache_misses_total',
  help: 'Questions to a data source that the cache had no fresh answer to.',
  labels: byEndpoint,
});
const breakerState = gauge({
  name: 'circuit_breaker_state',
  help: 'State of the circuit breaker of an endpoint: 0 closed, 1 open, 2 half open.',
  labels: byEndpoint,
});
const breakerTrips = counter({
  name: 'circuit_breaker_trips_total',
  help: 'How often the circuit breaker of an endpoint opened.',
  labels: byEndpoint,
});
const breakerRecoveries = counter({
  name: 'circuit_breaker_recoveries_total',
  help: 'How often the circuit breaker of an endpoint closed again.',
  labels: byEndpoint,
});
const lastSuccess = gauge({
  name: 'data_source_last_success_timestamp_seconds',
  help: 'When a data source last answered, as seconds since the epoch.',
  labels: bySource,
});

const watched = new Map<SourceName, () => RateLimitStatus | null>();

const limitRemaining = gauge({
  name: 'data_source_rate_limit_remaining',
  help: 'Requests a data source may be sent now. Absent until it was first asked.',
  labels: bySource,
  collect: () => showLimits((source, status) => limitRemaining.set({ source }, status.remaining)),
});
const limitWait = gauge({
  name: 'data_source_rate_limit_wait_seconds',
  help: 'Time until the next request may be sent to a data source. Absent until it was first asked.',
  labels: bySource,
  collect: () => showLimits((source, status) => limitWait.set({ source }, status.waitMs / 1_000)),
});

function showLimits(show: (source: SourceName, status: RateLimitStatus) => void): void {
  for (const [source, statusOf] of watched) {
    const status = statusOf();
    if (status !== null) show(source, status);
  }
}

/** Shows a source's rate limit at each scrape. The latest limit of a source is the one shown. @returns what ends it */
export function watchRateLimit(source: SourceName, statusOf: () => RateLimitStatus | null): () => void {
  watched.set(source, statusOf);
  return () => {
    if (watched.get(source) !== statusOf) return;
    watched.delete(source);
    limitRemaining.remove({ source });
    limitWait.remove({ source });
  };
}

/** Counts one HTTP request; a success is also the source's last one. */
export function recordDataSourceRequest(source: SourceName, endpoint: string, status: RequestStatus): void {
  requests.inc({ source, endpoint, status });
  if (status !== 'failure') lastSuccess.set({ source }, Date.now() / 1_000);
}

/** Duration of one HTTP request. */
export function recordDataSourceLatency(source: SourceName, endpoint: string, seconds: number): void {
  latency.observe({ source, endpoint }, seconds);
}

/** Counts one HTTP request that gave no usable answer. */
export function recordDataSourceError(source: SourceName, endpoint: string, errorType: SourceErrorKind): void {
  errors.inc({ source, endpoint, error_type: errorType });
}

/** Counts a question answered from the cache. */
export function recordCacheHit(source: SourceName, endpoint: string): void {
  cacheHits.inc({ source, endpoint });
}

/** Counts a question the cache had no fresh answer to. */
export function recordCacheMiss(source: SourceName, endpoint: string): void {
  cacheMisses.inc({ source, endpoint });
}

const stateValues: Readonly<Record<BreakerState, number>> = { closed: 0, open: 1, half_open: 2 };

/**
 * Shows the state of an endpoint's breaker. Its counters begin at 0 with it: Prometheus' `increase()` does not see the
 * first step of a series that appears with 1.
 */
export function setCircuitBreakerState(source: SourceName, endpoint: string, state: BreakerState): void {
  breakerState.set({ source, endpoint }, stateValues[state]);
  breakerTrips.inc({ source, endpoint }, 0);
  breakerRecoveries.inc({ source, endpoint }, 0);
}

/** Counts a breaker that opened. */
export function recordCircuitBreakerTrip(source: SourceName, endpoint: string): void {
  breakerTrips.inc({ source, endpoint });
}

/** Counts a breaker that closed again. */
export function recordCircuitBreakerRecovery(source: SourceName, endpoint: string): void {
  breakerRecoveries.inc({ source, endpoint });
}
