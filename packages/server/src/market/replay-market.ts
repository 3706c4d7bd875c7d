import { statSync } from 'node:fs';
import { startReplay } from '@autotrader/simulator';
import { serverError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { readWatchlist } from '../settings/watchlist.ts';
import type { Market } from './market.ts';
import { pointedAt, type SourcesSettings } from './source-addresses.ts';

/** Recorded replies, on a clock that stands still: the same folder gives the same result every time. */
export async function openReplayMarket(settings: Settings): Promise<Market> {
  const folder = settings.replay.recordings;
  if (folder === null || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw serverError('SRV_RECORDINGS_MISSING', { folder });
  }
  const replay = await startReplay({ recordings: folder });
  try {
    const watchlist = settings.watchlistFile === null ? replay.watchlist : await readWatchlist(settings.watchlistFile);
    if (watchlist.length === 0) throw serverError('SRV_WATCHLIST_EMPTY', { from: folder });
    return {
      kind: 'replay',
      sourceSettings: unlimited(pointedAt(settings.sources, replay.baseUrls)),
      watchlist,
      watchlistFrom: settings.watchlistFile ?? `the recordings in ${folder}`,
      now: () => replay.asOfMs,
      momentOf: (token) => replay.momentOf(token.symbol),
      createId: countingIds(),
      url: replay.url,
      close: () => replay.close(),
    };
  } catch (thrown) {
    await replay.close();
    throw thrown;
  }
}

/** Recordings have no limit to respect, and a limiter's waits would not pass on a clock that stands still. */
function unlimited(settings: SourcesSettings): SourcesSettings {
  const open = Object.entries(settings).map(([name, source]) => [
    name,
    { ...source, requestsPerMinute: 1_000_000, burst: 10_000 },
  ]);
  return Object.fromEntries(open) as SourcesSettings;
}

function countingIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `replay-${String(count).padStart(6, '0')}`;
  };
}
