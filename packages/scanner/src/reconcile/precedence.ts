import type { Quantity, QuantityName, Reading } from '@autotrader/sources';

/**
 * Who is believed first, where both are equally new. CoinGecko averages over many markets and checks supplies by
 * hand; DexScreener sees the pools themselves; GoPlus reads holders from the chain.
 */
const standard = ['coingecko', 'dexscreener', 'goplus'] as const;
const poolsFirst = ['dexscreener', 'coingecko', 'goplus'] as const;
const chainFirst = ['goplus', 'dexscreener', 'coingecko'] as const;

const exceptions: Partial<Record<QuantityName, readonly string[]>> = {
  liquidity_usd: poolsFirst,
  liquidity_reported_usd: poolsFirst,
  dex_volume_24h_usd: poolsFirst,
  buys_24h: poolsFirst,
  sells_24h: poolsFirst,
  pair_age_days: poolsFirst,
  holders: chainFirst,
  top10_holder_fraction: chainFirst,
  creator_fraction: chainFirst,
  owner_fraction: chainFirst,
  lp_locked_fraction: chainFirst,
};

function rank(name: QuantityName, source: string): number {
  const order: readonly string[] = exceptions[name] ?? standard;
  const at = order.indexOf(source);
  return at === -1 ? order.length : at;
}

const stateRank = { fresh: 0, stale: 1, missing: 2 } as const;

function sourceOf(reading: Reading<Quantity>): string {
  return reading.state === 'missing' ? reading.source : reading.from.source;
}

/** Fresh before stale before missing, then by the source's rank for this quantity; equals keep their order. */
export function byPrecedence(name: QuantityName, readings: readonly Reading<Quantity>[]): readonly Reading<Quantity>[] {
  return readings.toSorted(
    (a, b) => stateRank[a.state] - stateRank[b.state] || rank(name, sourceOf(a)) - rank(name, sourceOf(b)),
  );
}
