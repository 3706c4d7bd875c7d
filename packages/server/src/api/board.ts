import { getLogger } from '@autotrader/observability';
import type { ScanRecord, ScanStore } from '@autotrader/scanner';
import { type Token, tokenKey } from '@autotrader/sources';
import { requestError } from '../errors.ts';
import { nearestNames } from '../nearest-name.ts';
import type { ScanQueue } from '../queue/scan-queue.ts';
import type { TokenFacts } from '../views/token-view.ts';

/** What the API and the page read and ask for: the watchlist, its scans and the queue. */
export interface Board {
  readonly watchlist: readonly Token[];
  tokens(): Promise<readonly TokenFacts[]>;
  /** @throws RequestError SRV_TOKEN_UNKNOWN with the nearest symbols */
  token(symbol: string): Promise<TokenFacts>;
  /** @throws RequestError SRV_SCAN_UNKNOWN */
  scan(id: string): Promise<ScanRecord>;
  scans(filter: Parameters<ScanStore['list']>[0]): Promise<readonly ScanRecord[]>;
  /** Without symbols all of them. @throws RequestError SRV_TOKEN_UNKNOWN before anything is queued */
  request(symbols: readonly string[] | undefined, traceparent: string | null): ReturnType<ScanQueue['request']>;
}

export interface BoardOptions {
  readonly store: ScanStore;
  readonly queue: ScanQueue;
  readonly watchlist: readonly Token[];
}

/** Every function throws RequestError SRV_STORE_DOWN when the store fails. */
export function createBoard({ store, queue, watchlist }: BoardOptions): Board {
  const bySymbol = new Map(watchlist.map((token) => [token.symbol.toUpperCase(), token]));

  const find = (symbol: string): Token => {
    const found = bySymbol.get(symbol.toUpperCase());
    if (found !== undefined) return found;
    const nearest = nearestNames(symbol, [...bySymbol.keys()]);
    throw requestError('SRV_TOKEN_UNKNOWN', { symbol: symbol.slice(0, 64), nearest });
  };

  const tokens = async (): Promise<readonly TokenFacts[]> => {
    const [records, waiting] = await Promise.all([asked(() => store.latest()), asked(() => queue.waiting())]);
    const latest = new Map(records.map((record) => [tokenKey(record.token), record]));
    return watchlist.map((token) => ({
      token,
      // By key and not by symbol: another market's token of the same name is another token.
      latest: latest.get(tokenKey(token)) ?? null,
      waiting: waiting.get(token.symbol)?.state ?? null,
    }));
  };

  return {
    watchlist,
    tokens,
    async token(symbol) {
      const token = find(symbol);
      const found = (await tokens()).find((facts) => facts.token === token);
      return found ?? { token, latest: null, waiting: null };
    },
    async scan(id) {
      const record = await asked(() => store.get(id));
      if (record === null) throw requestError('SRV_SCAN_UNKNOWN', {});
      return record;
    },
    scans: (filter) => asked(() => store.list(filter)),
    async request(symbols, traceparent) {
      const wanted = symbols === undefined ? watchlist : [...new Set(symbols.map(find))];
      return asked(() => queue.request(wanted, traceparent));
    },
  };
}

async function asked<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    getLogger('autotrader.api').exception('store_failed', thrown);
    throw requestError('SRV_STORE_DOWN', {});
  }
}
