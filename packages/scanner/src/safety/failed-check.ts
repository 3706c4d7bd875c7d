import type { CheckName } from '@autotrader/sources';
import type { Severity } from '../scan-result.ts';
import type { FindingCode } from './finding-codes.ts';
import type { SafetyRule } from './safety-rule.ts';

export interface FailedCheck {
  readonly code: FindingCode;
  readonly check: CheckName;
  readonly severity: Severity;
  /** A capability that honest issuers have too: `low` for a token on a trust list. */
  readonly capability?: boolean;
  readonly message: string;
}

/** A rule that is nothing but a failed check. An unknown check finds nothing and is counted elsewhere. */
export function failedCheck(declared: FailedCheck): SafetyRule {
  return {
    code: declared.code,
    find: (facts) => {
      const check = facts.check(declared.check);
      if (check.state !== 'fail') return null;
      const softened = declared.capability === true && facts.trusted;
      return {
        code: declared.code,
        severity: softened ? 'low' : declared.severity,
        message: softened ? `${declared.message}; the token is on a trust list` : declared.message,
        evidence: check.evidence,
        source: check.from.source,
      };
    },
  };
}
