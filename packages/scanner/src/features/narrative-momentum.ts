import { freshness } from '../validation/freshness-deadlines.ts';
import type { Feature } from './feature.ts';
import { narrativePart } from './narrative-part.ts';

/** How much of what is written is about things that move: launches, listings, themes people look for. */
export const narrativeMomentum: Feature = {
  name: 'narrative_momentum',
  category: 'narrative',
  deadlineMs: freshness.opinionMs,
  keepsLastGood: true,
  parts: (facts) => [
    narrativePart(facts, { weight: 1, name: 'narrative_momentum', value: (narrative) => narrative.momentum }),
  ],
};
