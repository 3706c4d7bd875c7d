/**
 * US dollars per unit. An imitated market needs them twice, in the pools' other side and in CoinGecko's
 * per-currency maps, and they must agree or the sources would contradict each other.
 */
export const referencePricesUsd = {
  btc: 96_000,
  eth: 3_200,
  bnb: 680,
  sol: 170,
  eur: 1.08,
  usd: 1,
} as const;
