import type { SafetyRule } from './safety-rule.ts';
import { holdersDoSell } from './trade-evidence.ts';

/** A trap, unless completed sells speak against it: then `honeypot_contradicted` says so. */
export const honeypot: SafetyRule = {
  code: 'honeypot',
  find: (facts) => {
    const check = facts.check('not_honeypot');
    if (check.state !== 'fail' || holdersDoSell(facts) !== null) return null;
    const message = 'who buys this token cannot sell it';
    return { code: 'honeypot', severity: 'critical', message, evidence: check.evidence, source: check.from.source };
  },
};
