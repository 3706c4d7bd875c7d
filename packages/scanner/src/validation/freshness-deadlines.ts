import type { QuantityName } from '@autotrader/sources';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/**
 * How old a reading may be before it no longer describes the token. Trades and pools move within hours; supplies,
 * holders and the contract's own properties move over days; opinions over a week.
 */
export const freshness = { marketMs: 6 * hourMs, factMs: 3 * dayMs, opinionMs: 7 * dayMs } as const;

const deadlines: Record<QuantityName, number> = {
  price_usd: freshness.marketMs,
  market_cap_usd: freshness.marketMs,
  fdv_usd: freshness.marketMs,
  volume_24h_usd: freshness.marketMs,
  dex_volume_24h_usd: freshness.marketMs,
  liquidity_usd: freshness.marketMs,
  liquidity_reported_usd: freshness.marketMs,
  circulating_supply: freshness.factMs,
  total_supply: freshness.factMs,
  max_supply: freshness.factMs,
  holders: freshness.factMs,
  buys_24h: freshness.marketMs,
  sells_24h: freshness.marketMs,
  price_change_24h_percent: freshness.marketMs,
  price_change_7d_percent: freshness.marketMs,
  sentiment_up_percent: freshness.opinionMs,
  watchlist_users: freshness.opinionMs,
  top10_holder_fraction: freshness.factMs,
  creator_fraction: freshness.factMs,
  owner_fraction: freshness.factMs,
  lp_locked_fraction: freshness.factMs,
  buy_tax_fraction: freshness.factMs,
  sell_tax_fraction: freshness.factMs,
  pair_age_days: freshness.factMs,
};

/** Every quantity there is, in one order that all results share. */
export const quantityOrder = Object.keys(deadlines) as readonly QuantityName[];

export function freshnessDeadlineMs(name: QuantityName): number {
  return deadlines[name];
}

/** Ages are never negative: a source's clock may run ahead of ours. */
export function ageMs(observedAtMs: number, nowMs: number): number {
  return Math.max(0, nowMs - observedAtMs);
}
