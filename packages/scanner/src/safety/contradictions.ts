import { isContradicted } from '../reconcile/reconcile-check.ts';
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

export const checksContradict: SafetyRule = {
  code: 'checks_contradict',
  find: (facts) => {
    const disputed = facts.checks.filter(isContradicted);
    if (disputed.length === 0) return null;
    const answers = disputed.flatMap(({ name, readings = [] }) =>
      readings.flatMap((check) => (check.state === 'unknown' ? [] : [`${name} ${check.state} (${check.from.source})`])),
    );
    return {
      code: 'checks_contradict',
      severity: 'medium',
      message: `sources contradict each other on ${disputed.map(({ name }) => name).join(', ')}`,
      evidence: answers.join(', '),
      source: 'several',
    };
  },
};
