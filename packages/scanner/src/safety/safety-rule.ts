import type { Check, CheckName, QuantityName } from '@autotrader/sources';
import type { Finding, ReconciledQuantity, SafetyCheck } from '../scan-result.ts';
import type { FindingCode } from './finding-codes.ts';

export interface SafetyFinding extends Finding {
  readonly code: FindingCode;
}

/** What a rule sees: the checks, and the quantities as they were reconciled. */
export interface SafetyFacts {
  check(name: CheckName): Check;
  /** `undefined` when not known. */
  quantity(name: QuantityName): number | undefined;
  readonly quantities: readonly ReconciledQuantity[];
  readonly checks: readonly SafetyCheck[];
  /** On a trust list: what its owner can do is a capability and not an alarm. */
  readonly trusted: boolean;
}

/** One question about the token's safety. It finds something or nothing; what it cannot know it leaves alone. */
export interface SafetyRule {
  readonly code: FindingCode;
  find(facts: SafetyFacts): SafetyFinding | null;
}

export function factsOf(checks: readonly SafetyCheck[], quantities: readonly ReconciledQuantity[]): SafetyFacts {
  const byName = new Map(checks.map((entry) => [entry.name, entry.check]));
  const check = (name: CheckName): Check =>
    byName.get(name) ?? { state: 'unknown', reason: 'not_asked', source: 'none', endpoint: 'none' };
  return {
    check,
    quantity: (name) => {
      const chosen = quantities.find((quantity) => quantity.name === name)?.chosen;
      return chosen === undefined || chosen.state === 'missing' ? undefined : chosen.value.value;
    },
    quantities,
    checks,
    trusted: check('on_trust_list').state === 'pass',
  };
}

/** Which source a quantity's chosen value came from. */
export function sourceOfQuantity(facts: SafetyFacts, name: QuantityName): string {
  const chosen = facts.quantities.find((quantity) => quantity.name === name)?.chosen;
  if (chosen === undefined) return 'none';
  return chosen.state === 'missing' ? chosen.source : chosen.from.source;
}

/** Whole dollars with thin spaces between thousands, as messages show them. */
export function dollars(usd: number): string {
  return `${Math.round(usd).toLocaleString('en-US').replaceAll(',', ' ')} USD`;
}

export function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(1)} %`;
}
