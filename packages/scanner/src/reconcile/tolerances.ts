import type { QuantityName } from '@autotrader/sources';

/**
 * How far two sources may differ before it is called a disagreement, as (largest − smallest) ÷ largest.
 * A quantity that is not named here differs between sources by design: fully diluted value and total supply
 * count one chain at one source and all chains at another.
 */
export const tolerances: Partial<Record<QuantityName, number>> = {
  price_usd: 0.05,
  circulating_supply: 0.1,
  holders: 0.2,
  liquidity_usd: 0.25,
};
