import { freshness } from '../validation/freshness-deadlines.ts';
import type { Feature } from './feature.ts';
import { type FeatureFacts, type Part, partOf, readingOf } from './feature-parts.ts';
import { toScale } from './scales.ts';

const overhangWeight = 0.4;

function isKnown(facts: FeatureFacts, name: Parameters<typeof readingOf>[1]): boolean {
  return readingOf(facts, name).state !== 'missing';
}

/** The same rounding that the cross-field rules allow. */
const slack = 1.01;

/** More circulating than there is: the two numbers count different chains, and their ratio says nothing. */
function asContradiction(part: Part): Part {
  const [circulating, whole] = part.inputs;
  const a = circulating?.value ?? 0;
  const b = whole?.value ?? 0;
  if (part.state === 'missing' || a <= b * slack) return part;
  const reason = `contradicts the other: ${a} is above ${b}, so that they cannot count the same tokens`;
  const inputs = part.inputs.map((input) => ({ ...input, reason }));
  return { state: 'missing', weight: part.weight, mayReturn: false, inputs };
}

/**
 * The share of all tokens there will ever be that already circulates. Market cap ÷ fully diluted value is the same
 * ratio as a source counts it, and stands in where the supplies themselves are not known.
 */
function overhang(facts: FeatureFacts): Part {
  const largest = isKnown(facts, 'max_supply') ? 'max_supply' : 'total_supply';
  const bySupply = isKnown(facts, 'circulating_supply') && isKnown(facts, largest);
  const byValue = isKnown(facts, 'market_cap_usd') && isKnown(facts, 'fdv_usd');
  const part = partOf(facts, {
    weight: overhangWeight,
    names: bySupply || !byValue ? ['circulating_supply', largest] : ['market_cap_usd', 'fdv_usd'],
    value: (circulating = 0, whole = 0) => (whole > 0 ? toScale('circulating_share', circulating / whole) : 0),
  });
  return asContradiction(part);
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
