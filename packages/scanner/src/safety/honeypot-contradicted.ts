import type { SafetyRule } from './safety-rule.ts';
import { holdersDoSell } from './trade-evidence.ts';

/** Two providers against each other is a finding of its own, never silence. Sells do not prove that everybody can exit. */
export const honeypotContradicted: SafetyRule = {
  code: 'honeypot_contradicted',
  find: (facts) => {
    const check = facts.check('not_honeypot');
    const sells = holdersDoSell(facts);
    if (check.state !== 'fail' || sells === null) return null;
    return {
      code: 'honeypot_contradicted',
      severity: 'medium',
      message: 'one source calls it a trap, but holders do sell it',
      evidence: `${check.evidence}; ${sells}`,
      source: check.from.source,
    };
  },
};
