import type { Narrative } from '../scan-result.ts';
import { ageMs } from '../validation/freshness-deadlines.ts';
import type { FeatureFacts, Part } from './feature-parts.ts';

export interface NarrativePart {
  readonly weight: number;
  readonly name: string;
  readonly value: (narrative: Narrative) => number;
}

/** A part read from the narrative; without any text there is none, which is missing and not neutral. */
export function narrativePart(facts: FeatureFacts, wanted: NarrativePart): Part {
  const { weight, name } = wanted;
  const { narrative } = facts;
  if (narrative === null) {
    const input = { name, value: null, source: 'lexicon', ageMs: null, reason: 'no text about the token was found' };
    return { state: 'missing', weight, mayReturn: true, inputs: [input] };
  }
  const value = wanted.value(narrative);
  const age = ageMs(narrative.observedAtMs, facts.scoredAtMs);
  const input = { name, value, source: narrative.provider, ageMs: age };
  return { state: 'known', weight, value, observedAtMs: narrative.observedAtMs, inputs: [input] };
}
