import type { SourceName, SourceSettings, Token } from '@autotrader/sources';
import type { MarketKind } from '../settings/settings-schema.ts';

/** Where tokens and their data come from, and whose clock counts. The sources are asked the same way in each. */
export interface Market {
  readonly kind: MarketKind;
  /** How the sources are asked: the simulated and the replayed market stand in for their hosts. */
  readonly sourceSettings: Readonly<Record<SourceName, SourceSettings>>;
  readonly watchlist: readonly Token[];
  /** For messages: a file, or whose tokens these are. */
  readonly watchlistFrom: string;
  /** Epoch milliseconds. Stands still in a replay, at the moment of its newest recording. */
  now(): number;
  /**
   * The moment that a token's data are of, epoch milliseconds; `null` when it is now. A folder of recordings may span
   * years: seen from its newest one, all others would be out of date.
   */
  momentOf(token: Token): number | null;
  /** Ids for scans. Counts up in a replay, so that the same input gives the same output. */
  createId(): string;
  /** Of the simulator or replay in this process; `null` when there is none. */
  readonly url: string | null;
  /** Idempotent. */
  close(): Promise<void>;
}
