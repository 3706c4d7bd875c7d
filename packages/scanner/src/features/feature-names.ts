/** The eight features of the GemScore and their weights, which sum to 1. `tokenomics_risk` is 1 when the risk is low. */
export const featureWeights = {
  accumulation_score: 0.2,
  sentiment_score: 0.15,
  onchain_activity: 0.15,
  tokenomics_risk: 0.12,
  contract_safety: 0.12,
  liquidity_depth: 0.1,
  narrative_momentum: 0.08,
  community_growth: 0.08,
} as const;

export type FeatureName = keyof typeof featureWeights;

export const featureNames = Object.keys(featureWeights) as readonly FeatureName[];
