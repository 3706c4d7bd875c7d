import type { QuantityName } from '@autotrader/sources';
import type { ReadingRule } from './rule.ts';

interface Range {
  readonly min: number;
  readonly max: number;
  /** True when `min` itself is refused: sources write 0 for "unknown" where zero is impossible. */
  readonly above?: boolean;
}

const money: Range = { min: 0, max: 1e15 };
const positiveMoney: Range = { ...money, above: true };
const supply: Range = { min: 0, max: 1e33, above: true };
const count: Range = { min: 0, max: 1e10 };
// Ten fractions summed in binary end a little above 1.
const fraction: Range = { min: 0, max: 1 + 1e-6 };
const change: Range = { min: -100, max: 1e7 };

const ranges: Record<QuantityName, Range> = {
  price_usd: positiveMoney,
  market_cap_usd: positiveMoney,
  fdv_usd: positiveMoney,
  volume_24h_usd: money,
  dex_volume_24h_usd: money,
  liquidity_usd: money,
  liquidity_reported_usd: money,
  circulating_supply: supply,
  total_supply: supply,
  max_supply: supply,
  holders: count,
  buys_24h: count,
  sells_24h: count,
  price_change_24h_percent: change,
  price_change_7d_percent: change,
  sentiment_up_percent: { min: 0, max: 100 },
  watchlist_users: count,
  top10_holder_fraction: fraction,
  creator_fraction: fraction,
  owner_fraction: fraction,
  lp_locked_fraction: fraction,
  buy_tax_fraction: fraction,
  sell_tax_fraction: fraction,
  pair_age_days: { min: 0, max: 36_500 },
};

/** Refuses what cannot be: a price of nothing, a negative volume, a fraction above 1. */
export const rangeRule: ReadingRule = {
  rule: 'range',
  check: (name, reading) => {
    const { min, max, above } = ranges[name];
    const { value } = reading.value;
    const low = above === true ? value <= min : value < min;
    if (!low && value <= max) return null;
    const bounds = `${above === true ? 'above' : 'at least'} ${min} and at most ${max}`;
    return { severity: 'error', message: `expected ${bounds}, got ${reading.value.raw}` };
  },
};
