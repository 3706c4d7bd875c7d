import type { Severity } from '../scan-result.ts';
import { percent, type SafetyFacts, type SafetyRule, sourceOfQuantity } from './safety-rule.ts';

/** From half on a trade loses more than it keeps; a tenth is what providers call high; below two percent is common. */
const tiers: readonly { readonly from: number; readonly severity: Severity }[] = [
  { from: 0.5, severity: 'critical' },
  { from: 0.1, severity: 'high' },
  { from: 0.05, severity: 'medium' },
  { from: 0.02, severity: 'low' },
];

function taxRule(code: 'buy_tax' | 'sell_tax', name: 'buy_tax_fraction' | 'sell_tax_fraction'): SafetyRule {
  const side = code === 'buy_tax' ? 'buying' : 'selling';
  return {
    code,
    find: (facts: SafetyFacts) => {
      const tax = facts.quantity(name);
      const tier = tax === undefined ? undefined : tiers.find(({ from }) => tax >= from);
      if (tax === undefined || tier === undefined) return null;
      return {
        code,
        severity: tier.severity,
        message: `${side} costs a tax of ${percent(tax)}`,
        evidence: `${name} = ${tax}`,
        source: sourceOfQuantity(facts, name),
      };
    },
  };
}

export const buyTax = taxRule('buy_tax', 'buy_tax_fraction');
export const sellTax = taxRule('sell_tax', 'sell_tax_fraction');
