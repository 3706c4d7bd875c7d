import { type Health, healthSchema } from '@autotrader/contracts';
import { openStore, type ScanStore } from '@autotrader/scanner';
import type { Token } from '@autotrader/sources';
import { type Api, type ApiOptions, createApi } from '../api/api.ts';
import { createBoard } from '../api/board.ts';
import { createScanQueue } from '../queue/scan-queue.ts';
import { atMs, eth, link, uni } from './scan-fixtures.ts';

export interface TestApi {
  readonly api: Api;
  readonly store: ScanStore;
  close(): Promise<void>;
}

export const wellHealth: Health = healthSchema.parse({
  status: 'ok',
  service: 'autotrader',
  version: '0.0.0',
  market: 'simulated',
  as_of: new Date(atMs).toISOString(),
  checks: { store: { status: 'ok', age_seconds: 0, duration_seconds: 0 } },
});

/** The API over a store in memory, with three tokens and a clock that stands still. */
export async function createTestApi(
  options: Partial<ApiOptions> & {
    readonly watchlist?: readonly Token[];
    readonly wrap?: (store: ScanStore) => ScanStore;
  } = {},
): Promise<TestApi> {
  const opened = await openStore({ url: 'sqlite::memory:' });
  const store = options.wrap === undefined ? opened : options.wrap(opened);
  let ids = 0;
  const createId = (): string => {
    ids += 1;
    return `asked-${ids}`;
  };
  const queue = createScanQueue({ store, now: () => atMs, createId });
  const api = await createApi({
    board: createBoard({ store, queue, watchlist: options.watchlist ?? [uni, eth, link] }),
    market: 'simulated',
    now: () => atMs,
    health: () => Promise.resolve(wellHealth),
    metricsUrl: 'http://127.0.0.1:9090',
    version: '0.0.0',
    host: '127.0.0.1',
    token: null,
    ...options,
  });
  return {
    api,
    store: opened,
    async close() {
      await api.close();
      await opened.close();
    },
  };
}
