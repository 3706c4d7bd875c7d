import { freshness } from '../validation/freshness-deadlines.ts';
import type { Feature } from './feature.ts';
import { partOf } from './feature-parts.ts';
import { toScale } from './scales.ts';

/** The quote side of the pools, valued by us; what a provider reports is never used here. */
export const liquidityDepth: Feature = {
  name: 'liquidity_depth',
  category: 'market',
  deadlineMs: freshness.marketMs,
  keepsLastGood: true,
  parts: (facts) => [
    partOf(facts, { weight: 1, names: ['liquidity_usd'], value: (usd = 0) => toScale('liquidity', usd) }),
  ],
};
