import { percent, type SafetyRule, sourceOfQuantity } from './safety-rule.ts';

/** Creator and owner are often the same address: the larger share counts, not the sum. */
export const insiderHoldings: SafetyRule = {
  code: 'insider_holdings',
  find: (facts) => {
    const owner = facts.quantity('owner_fraction') ?? 0;
    const creator = facts.quantity('creator_fraction') ?? 0;
    const share = Math.max(owner, creator);
    if (share < 0.1) return null;
    const name = owner >= creator ? 'owner_fraction' : 'creator_fraction';
    return {
      code: 'insider_holdings',
      severity: share >= 0.5 ? 'high' : 'medium',
      message: `its ${owner >= creator ? 'owner' : 'creator'} holds ${percent(share)} of it`,
      evidence: `${name} = ${share}`,
      source: sourceOfQuantity(facts, name),
    };
  },
};
