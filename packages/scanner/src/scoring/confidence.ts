import { isDisputed } from '../reconcile/reconcile-quantity.ts';
import type { FeatureValue, ReconciledQuantity } from '../scan-result.ts';

/** What each quantity that sources dispute beyond its tolerance takes off, and the most all of them take. */
const perDispute = 0.1;
const mostForDisputes = 0.2;

function weighted(features: readonly FeatureValue[], of: 'recency' | 'completeness'): number {
  return features.reduce((sum, feature) => sum + (feature.state === 'known' ? feature.weight * feature[of] : 0), 0);
}

/** 0..1: half how new, half how complete, both by the features' weights, less what sources dispute. */
export function confidenceOf(features: readonly FeatureValue[], quantities: readonly ReconciledQuantity[]): number {
  const disputes = quantities.filter(isDisputed).length;
  const known = 0.5 * weighted(features, 'recency') + 0.5 * weighted(features, 'completeness');
  return Math.min(1, Math.max(0, known - Math.min(mostForDisputes, perDispute * disputes)));
}
