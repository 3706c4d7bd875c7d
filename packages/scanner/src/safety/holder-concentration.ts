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
