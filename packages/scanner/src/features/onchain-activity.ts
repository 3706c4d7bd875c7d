import { freshness } from '../validation/freshness-deadlines.ts';
import type { Feature } from './feature.ts';
import { partOf } from './feature-parts.ts';
import { toScale } from './scales.ts';

/** Buys and sells of a day: what the free sources allow as a measure of use. */
export const onchainActivity: Feature = {
  name: 'onchain_activity',
  category: 'market',
  deadlineMs: freshness.marketMs,
  keepsLastGood: true,
  parts: (facts) => [
    partOf(facts, {
      weight: 1,
      names: ['buys_24h', 'sells_24h'],
      value: (buys = 0, sells = 0) => toScale('trades', buys + sells),
    }),
  ],
};
