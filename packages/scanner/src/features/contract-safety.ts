import { couldNotAsk, reasonInWords } from '../reconcile/missing-words.ts';
import { pointsOf } from '../safety/check-needs.ts';
import { isNativeCoin } from '../safety/native-coins.ts';
import type { SafetyCheck } from '../scan-result.ts';
import { ageMs, freshness } from '../validation/freshness-deadlines.ts';
import type { Feature } from './feature.ts';
import type { FeatureFacts, Part } from './feature-parts.ts';

function checkPart(facts: FeatureFacts, entry: SafetyCheck, weight: number): Part {
  const { name, check } = entry;
  if (check.state === 'unknown') {
    const reason = reasonInWords(check.reason, check.detail);
    const input = { name, value: null, source: check.source, ageMs: null, reason };
    return { state: 'missing', weight, mayReturn: couldNotAsk(check.reason), inputs: [input] };
  }
  const value = check.state === 'pass' ? 1 : 0;
  const { source, observedAtMs } = check.from;
  const input = { name, value, source, ageMs: ageMs(observedAtMs, facts.scoredAtMs), reason: check.evidence };
  return { state: 'known', weight, value, observedAtMs, inputs: [input] };
}

/**
 * A native coin has no contract, hence no owner who could mint, pause or trap: known from the token itself, or as old as
 * the listing that says so.
 */
function noContract({ token, scoredAtMs, isNative }: FeatureFacts): Part {
  const reason = 'a native coin has no contract whose owner could act against holders';
  const known = { state: 'known', weight: 1, value: 1 } as const;
  if (isNativeCoin(token) || isNative === undefined || isNative.state === 'missing') {
    const input = { name: 'contract', value: null, source: 'watchlist', ageMs: 0, reason };
    return { ...known, observedAtMs: scoredAtMs, inputs: [input] };
  }
  const { source, observedAtMs } = isNative.from;
  const input = { name: 'contract', value: null, source, ageMs: ageMs(observedAtMs, scoredAtMs), reason };
  return { ...known, observedAtMs, inputs: [input] };
}

/** The passed checks, weighted. An unknown check adds nothing, exactly like a failed one. */
export const contractSafety: Feature = {
  name: 'contract_safety',
  category: 'safety',
  deadlineMs: freshness.factMs,
  // A contract can change between two scans; what was safe yesterday is not known to be safe.
  keepsLastGood: false,
  parts: (facts) => {
    if (facts.safety === 'not_applicable') return [noContract(facts)];
    return facts.checks.flatMap((entry) => {
      const weight = pointsOf(facts.token, entry.name);
      return weight === 0 ? [] : [checkPart(facts, entry, weight)];
    });
  },
};
