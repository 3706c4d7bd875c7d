import type { Check, MissingReason, Quantity, Reading } from './reading.ts';

/** Every number the scanner may ask for. Units last; percents are percents, fractions are 0..1. */
export const quantityNames = [
  'price_usd',
  'market_cap_usd',
  'fdv_usd',
  'volume_24h_usd',
  'dex_volume_24h_usd',
  'liquidity_usd',
  'liquidity_reported_usd',
  'circulating_supply',
  'total_supply',
  'max_supply',
  'holders',
  'buys_24h',
  'sells_24h',
  'price_change_24h_percent',
  'price_change_7d_percent',
  'sentiment_up_percent',
  'watchlist_users',
  'top10_holder_fraction',
  'creator_fraction',
  'owner_fraction',
  'lp_locked_fraction',
  'buy_tax_fraction',
  'sell_tax_fraction',
  'pair_age_days',
] as const;

export type QuantityName = (typeof quantityNames)[number];

/** Every safety statement, worded so that `pass` is good for a holder. */
export const checkNames = [
  'not_honeypot',
  'can_buy',
  'can_sell_all',
  'source_verified',
  'not_mintable',
  'balances_not_changeable',
  'not_pausable',
  'no_blacklist',
  'no_hidden_owner',
  'ownership_not_reclaimable',
  'not_proxy',
  'no_self_destruct',
  'tax_not_modifiable',
  'genuine_token',
  'on_trust_list',
] as const;

export type CheckName = (typeof checkNames)[number];

/** Text about the token, from outside and therefore not trusted. */
export interface SourceText {
  readonly kind: 'description' | 'notice' | 'category' | 'headline';
  readonly text: string;
  readonly publishedAtMs?: number;
}

/** One call, as `explain` shows it. */
export interface AskedCall {
  readonly source: string;
  readonly endpoint: string;
  readonly outcome: 'answered' | MissingReason;
  readonly obtained?: 'network' | 'cache' | 'stale_cache';
  readonly attempts: number;
  readonly durationMs: number;
  readonly waitedMs: number;
  readonly detail?: string;
}

/** All that one source said about one token. A name that is absent was never this source's to tell. */
export interface SourceReport {
  readonly source: string;
  readonly quantities: Partial<Record<QuantityName, Reading<Quantity>>>;
  readonly checks: Partial<Record<CheckName, Check>>;
  readonly texts: Reading<readonly SourceText[]>;
  /**
   * Whether the source lists the token as a chain's own coin, which has no contract; absent where it was never this
   * source's to tell.
   */
  readonly isNative?: Reading<boolean>;
  readonly calls: readonly AskedCall[];
}
