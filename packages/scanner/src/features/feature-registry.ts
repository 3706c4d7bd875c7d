import { accumulationScore } from './accumulation-score.ts';
import { communityGrowth } from './community-growth.ts';
import { contractSafety } from './contract-safety.ts';
import type { Feature, FeatureCategory } from './feature.ts';
import type { FeatureName } from './feature-names.ts';
import { liquidityDepth } from './liquidity-depth.ts';
import { narrativeMomentum } from './narrative-momentum.ts';
import { onchainActivity } from './onchain-activity.ts';
import { sentimentScore } from './sentiment-score.ts';
import { tokenomicsRisk } from './tokenomics-risk.ts';

/** One declaration per name, which the type checks. */
export const features: Readonly<Record<FeatureName, Feature>> = {
  accumulation_score: accumulationScore,
  sentiment_score: sentimentScore,
  onchain_activity: onchainActivity,
  tokenomics_risk: tokenomicsRisk,
  contract_safety: contractSafety,
  liquidity_depth: liquidityDepth,
  narrative_momentum: narrativeMomentum,
  community_growth: communityGrowth,
};

export function categoryOf(name: FeatureName): FeatureCategory {
  return features[name].category;
}

export const featureCategories: readonly FeatureCategory[] = [
  ...new Set(Object.values(features).map((feature) => feature.category)),
];
