import type { ScanStore } from '@autotrader/scanner';
import type { Token } from '@autotrader/sources';

export interface WaitingScan {
  readonly id: string;
  readonly state: 'queued' | 'running';
  readonly requestedAtMs: number;
}

export interface RequestedScan {
  readonly id: string;
  readonly symbol: string;
  /** True when the scan was asked for before and has not ended: asking again does not make a second one. */
  readonly joined: boolean;
}

/**
 * Scans that wait in the store. A token has at most one, so the queue cannot outgrow the watchlist,
 * however often a button is pressed.
 */
export interface ScanQueue {
  request(tokens: readonly Token[], traceparent: string | null): Promise<readonly RequestedScan[]>;
  /** By symbol. */
  waiting(): Promise<ReadonlyMap<string, WaitingScan>>;
}

export interface ScanQueueOptions {
  readonly store: ScanStore;
  readonly now: () => number;
  readonly createId: () => string;
  /** Told after new scans were stored: wakes a worker of the same process. */
  readonly onQueued?: () => void;
}

/** More than any watchlist holds; the store wants a bound. */
const listLimit = 10_000;

export function createScanQueue({ store, now, createId, onQueued }: ScanQueueOptions): ScanQueue {
  let last: Promise<unknown> = Promise.resolve();

  const waiting = async (): Promise<ReadonlyMap<string, WaitingScan>> => {
    const [queued, running] = await Promise.all([
      store.list({ state: 'queued', limit: listLimit }),
      store.list({ state: 'running', limit: listLimit }),
    ]);
    const bySymbol = new Map<string, WaitingScan>();
    for (const { id, token, requestedAtMs } of queued)
      bySymbol.set(token.symbol, { id, state: 'queued', requestedAtMs });
    for (const { id, token, requestedAtMs } of running)
      bySymbol.set(token.symbol, { id, state: 'running', requestedAtMs });
    return bySymbol;
  };

  const request = async (tokens: readonly Token[], traceparent: string | null): Promise<readonly RequestedScan[]> => {
    const before = await waiting();
    const requested = tokens.map((token) => ({
      token,
      id: before.get(token.symbol)?.id ?? createId(),
      joined: before.has(token.symbol),
    }));
    const fresh = requested.filter(({ joined }) => !joined);
    if (fresh.length > 0) {
      const requestedAtMs = now();
      await store.enqueue(fresh.map(({ id, token }) => ({ id, token, requestedAtMs, traceparent })));
      onQueued?.();
    }
    return requested.map(({ id, token, joined }) => ({ id, symbol: token.symbol, joined }));
  };

  return {
    waiting,
    // One after the other: two requests at once would both see nothing waiting, and the token would be scanned twice.
    request(tokens, traceparent) {
      const turn = last.then(
        () => request(tokens, traceparent),
        () => request(tokens, traceparent),
      );
      last = turn;
      return turn;
    },
  };
}
