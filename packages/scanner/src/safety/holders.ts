import type { Severity } from '../scan-result.ts';
import { percent, type SafetyRule, sourceOfQuantity } from './safety-rule.ts';

function concentrationSeverity(share: number): Severity | null {
  if (share >= 0.9) return 'high';
  if (share >= 0.7) return 'medium';
  return share >= 0.5 ? 'low' : null;
}

export const holderConcentration: SafetyRule = {
  code: 'holder_concentration',
  find: (facts) => {
    const share = facts.quantity('top10_holder_fraction');
    const severity = share === undefined ? null : concentrationSeverity(share);
    if (share === undefined || severity === null) return null;
    return {
      code: 'holder_concentration',
      severity: facts.trusted ? 'low' : severity,
      message: `the ten largest holders have ${percent(share)} of it`,
      evidence: `top10_holder_fraction = ${share}`,
      source: sourceOfQuantity(facts, 'top10_holder_fraction'),
    };
  },
};

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
