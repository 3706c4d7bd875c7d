import { freshness } from '../validation/freshness-deadlines.ts';
import type { Feature } from './feature.ts';
import { type FeatureFacts, type Part, partOf, readingOf } from './feature-parts.ts';
import { toScale } from './scales.ts';

const overhangWeight = 0.4;

function isKnown(facts: FeatureFacts, name: Parameters<typeof readingOf>[1]): boolean {
  return readingOf(facts, name).state !== 'missing';
}

/**
 * The share of all tokens there will ever be that already circulates. Market cap ÷ fully diluted value is the same
 * ratio as a source counts it, and stands in where the supplies themselves are not known.
 */
function overhang(facts: FeatureFacts): Part {
  const largest = isKnown(facts, 'max_supply') ? 'max_supply' : 'total_supply';
  const bySupply = isKnown(facts, 'circulating_supply') && isKnown(facts, largest);
  const byValue = isKnown(facts, 'market_cap_usd') && isKnown(facts, 'fdv_usd');
  return partOf(facts, {
    weight: overhangWeight,
    names: bySupply || !byValue ? ['circulating_supply', largest] : ['market_cap_usd', 'fdv_usd'],
    value: (part = 0, whole = 0) => (whole > 0 ? toScale('circulating_share', part / whole) : 0),
  });
}

/** 1 means that the risk is low: what exists circulates, and nobody holds too much of it. */
export const tokenomicsRisk: Feature = {
  name: 'tokenomics_risk',
  category: 'fundamentals',
  deadlineMs: freshness.factMs,
  keepsLastGood: true,
  parts: (facts) => [
    overhang(facts),
    partOf(facts, {
      weight: 0.4,
      names: ['top10_holder_fraction'],
      value: (share = 1) => toScale('top10_share', share),
    }),
    partOf(facts, { weight: 0.1, names: ['owner_fraction'], value: (share = 1) => toScale('insider_share', share) }),
    partOf(facts, { weight: 0.1, names: ['creator_fraction'], value: (share = 1) => toScale('insider_share', share) }),
  ],
};
