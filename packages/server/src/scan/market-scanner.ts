import { createScanner, type Scanner, type ScanStore } from '@autotrader/scanner';
import type { Sources } from '@autotrader/sources';
import type { Market } from '../market/market.ts';
import type { Settings } from '../settings/settings.ts';

export interface MarketScannerOptions {
  readonly settings: Settings;
  readonly market: Market;
  readonly sources: Sources;
  /** Where results are kept; left out, nothing is written. */
  readonly store?: ScanStore | undefined;
}

/** A scanner on the market's clock, which judges each token at the moment that its data are of. */
export function createMarketScanner({ settings, market, sources, store }: MarketScannerOptions): Scanner {
  const scanner = createScanner({
    sources,
    now: market.now,
    createId: market.createId,
    deadlineMs: settings.scan.deadlineMs,
    ...(store === undefined ? {} : { store }),
  });
  return {
    scan(token, request) {
      const asOfMs = market.momentOf(token);
      return scanner.scan(token, asOfMs === null ? request : { ...request, asOfMs });
    },
  };
}
