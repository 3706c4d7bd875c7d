import { isContradicted } from '../reconcile/reconcile-check.ts';
import type { SafetyRule } from './safety-rule.ts';

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
