import { freshness } from '../validation/freshness-deadlines.ts';
import type { Feature } from './feature.ts';
import { partOf } from './feature-parts.ts';
import { narrativePart } from './narrative-part.ts';
import { toScale } from './scales.ts';

/** Half what people vote, half what is written. */
export const sentimentScore: Feature = {
  name: 'sentiment_score',
  category: 'narrative',
  deadlineMs: freshness.opinionMs,
  keepsLastGood: true,
  parts: (facts) => [
    partOf(facts, {
      weight: 0.5,
      names: ['sentiment_up_percent'],
      value: (percent = 0) => toScale('votes_up', percent),
    }),
    narrativePart(facts, { weight: 0.5, name: 'narrative_sentiment', value: (narrative) => narrative.sentiment }),
  ],
};
