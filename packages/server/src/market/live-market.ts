import { randomUUID } from 'node:crypto';
import type { Settings } from '../settings/settings.ts';
import { readWatchlist } from '../settings/watchlist.ts';
import type { Market } from './market.ts';

/** What the live market scans when no watchlist is named: real hosts know any token, so somebody has to say which. */
export const usualWatchlist = 'configs/watchlist.yaml';

/** The real hosts, with the tokens of a file. */
export async function openLiveMarket(settings: Settings): Promise<Market> {
  const watchlistFile = settings.watchlistFile ?? usualWatchlist;
  return {
    kind: 'live',
    sourceSettings: settings.sources,
    watchlist: await readWatchlist(watchlistFile),
    watchlistFrom: watchlistFile,
    now: Date.now,
    momentOf: () => null,
    createId: randomUUID,
    url: null,
    close: () => Promise.resolve(),
  };
}
