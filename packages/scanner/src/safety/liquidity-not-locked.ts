import { percent, type SafetyRule, sourceOfQuantity } from './safety-rule.ts';
import { deepLiquidityUsd } from './thin-liquidity.ts';

/** What is not locked can be withdrawn. Deep pools of many owners are rarely locked, so that size speaks against alarm. */
export const liquidityNotLocked: SafetyRule = {
  code: 'liquidity_not_locked',
  find: (facts) => {
    const locked = facts.quantity('lp_locked_fraction');
    if (locked === undefined || locked >= 0.5) return null;
    const deep = (facts.quantity('liquidity_usd') ?? 0) >= deepLiquidityUsd;
    return {
      code: 'liquidity_not_locked',
      severity: deep || facts.trusted ? 'low' : 'medium',
      message: `${percent(locked)} of the liquidity is locked; the rest can be withdrawn`,
      evidence: `lp_locked_fraction = ${locked}`,
      source: sourceOfQuantity(facts, 'lp_locked_fraction'),
    };
  },
};
