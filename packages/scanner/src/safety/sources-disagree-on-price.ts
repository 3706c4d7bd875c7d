import { isDisputed } from '../reconcile/reconcile-quantity.ts';
import { percent, type SafetyRule } from './safety-rule.ts';

export const sourcesDisagreeOnPrice: SafetyRule = {
  code: 'sources_disagree_on_price',
  find: (facts) => {
    const price = facts.quantities.find((quantity) => quantity.name === 'price_usd');
    if (price === undefined || !isDisputed(price)) return null;
    const said = price.readings.flatMap((reading) =>
      reading.state === 'missing' ? [] : [{ source: reading.from.source, raw: reading.value.raw }],
    );
    return {
      code: 'sources_disagree_on_price',
      severity: 'medium',
      message: `sources differ by ${percent(price.disagreement ?? 0)} on the price`,
      evidence: said.map(({ source, raw }) => `${source} ${raw}`).join(', '),
      source: said.map(({ source }) => source).join(', '),
    };
  },
};
