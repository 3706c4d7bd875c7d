import { randomUUID } from 'node:crypto';
import { serverError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { readWatchlist } from '../settings/watchlist.ts';
import type { Market } from './market.ts';

/** The real hosts, with the tokens of a file. */
export async function openLiveMarket(settings: Settings): Promise<Market> {
  const { watchlistFile } = settings;
  if (watchlistFile === null) throw serverError('SRV_WATCHLIST_MISSING', { file: null });
  return {
    kind: 'live',
    sourceSettings: settings.sources,
    watchlist: await readWatchlist(watchlistFile),
    watchlistFrom: watchlistFile,
    now: Date.now,
    createId: randomUUID,
    url: null,
    close: () => Promise.resolve(),
  };
}
