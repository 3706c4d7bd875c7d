import { dollars, type SafetyRule, sourceOfQuantity } from './safety-rule.ts';

/** Below it a sale of a few hundred dollars moves the price by percents. */
export const thinLiquidityUsd = 50_000;

/** Above it a pool is no easy prey. */
export const deepLiquidityUsd = 1_000_000;

/** Below it hardly anybody gets out at all. */
const drainedLiquidityUsd = 5_000;

export const thinLiquidity: SafetyRule = {
  code: 'thin_liquidity',
  find: (facts) => {
    const usd = facts.quantity('liquidity_usd');
    if (usd === undefined || usd >= thinLiquidityUsd) return null;
    return {
      code: 'thin_liquidity',
      severity: usd < drainedLiquidityUsd ? 'high' : 'medium',
      message: `only ${dollars(usd)} of liquidity, less than ${dollars(thinLiquidityUsd)}`,
      evidence: `liquidity_usd = ${usd}`,
      source: sourceOfQuantity(facts, 'liquidity_usd'),
    };
  },
};
