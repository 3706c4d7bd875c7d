import type { TokenView } from '@autotrader/contracts';
import type { ScanRecord } from '@autotrader/scanner';
import type { Token } from '@autotrader/sources';
import { toScanSummary, toTokenRef } from './scan-view.ts';

export interface TokenFacts {
  readonly token: Token;
  /** Newest scan that ended. */
  readonly latest: ScanRecord | null;
  /** State of a newer one that has not. */
  readonly waiting: 'queued' | 'running' | null;
}

/** A token of the watchlist with what is known of it now; what is not known is `null`. */
export function toTokenView({ token, latest, waiting }: TokenFacts): TokenView {
  return { ...toTokenRef(token), waiting, latest: latest === null ? null : toScanSummary(latest) };
}
