import { type SafetyRule, sourceOfQuantity } from './safety-rule.ts';

/** Fewer buys than this in a day prove nothing: a new pool may have none who wants to sell yet. */
const enoughBuys = 100;

/** Traders of honest tokens sell within hours; a day with one sell for fifty buys is not patience. */
const buysForOneSell = 50;

/** Many who buy and next to nobody who sells: what a trap looks like before any source calls it one. */
export const buysWithoutSells: SafetyRule = {
  code: 'buys_without_sells',
  find: (facts) => {
    const buys = facts.quantity('buys_24h');
    const sells = facts.quantity('sells_24h');
    if (buys === undefined || sells === undefined || buys < enoughBuys || sells * buysForOneSell >= buys) return null;
    return {
      code: 'buys_without_sells',
      severity: 'high',
      message: 'many buy it and next to nobody sells it',
      evidence: `${buys} buys and ${sells} sells in 24 h`,
      source: sourceOfQuantity(facts, 'sells_24h'),
    };
  },
};
