import type { ScanStore } from '@autotrader/scanner';
import type { Sources } from '@autotrader/sources';
import { causeText } from '../errors.ts';
import type { ScanQueue } from '../queue/scan-queue.ts';

export interface CheckResult {
  readonly status: 'ok' | 'degraded' | 'down';
  readonly cause?: string;
}

export type HealthCheck = () => Promise<CheckResult>;

/** Without the store nothing can be shown or asked for. */
export function storeCheck(store: ScanStore): HealthCheck {
  return async () => {
    try {
      await store.ping();
      return { status: 'ok' };
    } catch (thrown) {
      return { status: 'down', cause: `the store does not answer: ${causeText(thrown)}` };
    }
  };
}

/** Two minutes: a scan takes at most its deadline, and a watchlist is through well before. */
const longestWaitMs = 120_000;

/** A scan that nobody takes up says that no worker runs, in whichever process it should. */
export function queueCheck(queue: ScanQueue, now: () => number): HealthCheck {
  return async () => {
    try {
      const queued = [...(await queue.waiting()).values()].filter(({ state }) => state === 'queued');
      const waitedMs = now() - Math.min(...queued.map(({ requestedAtMs }) => requestedAtMs));
      if (queued.length === 0 || waitedMs < longestWaitMs) return { status: 'ok' };
      const cause = `${queued.length} scans wait, the oldest for ${Math.round(waitedMs / 1000)} s; is a worker running?`;
      return { status: 'degraded', cause };
    } catch (thrown) {
      return { status: 'down', cause: `the queue cannot be read: ${causeText(thrown)}` };
    }
  };
}

/** An open breaker takes a source away and leaves what was scanned before, so it degrades and does not end the service. */
export function dataSourcesCheck(sources: Sources): HealthCheck {
  return () => {
    const open = sources.breakers().filter(({ state }) => state !== 'closed');
    if (open.length === 0) return Promise.resolve({ status: 'ok' });
    const named = open.map(({ source, endpoint, state }) => `${source} ${endpoint} (${state})`).join(', ');
    return Promise.resolve({ status: 'degraded', cause: `circuit breakers not closed: ${named}` });
  };
}
