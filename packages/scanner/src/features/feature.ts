import type { FeatureName } from './feature-names.ts';
import type { FeatureFacts, Part } from './feature-parts.ts';

export type FeatureCategory = 'market' | 'fundamentals' | 'safety' | 'narrative' | 'community';

/** A feature as a declaration: what it is made of, and when its inputs are too old to say anything. */
export interface Feature {
  readonly name: FeatureName;
  readonly category: FeatureCategory;
  readonly deadlineMs: number;
  /** False for a feature whose earlier value must not stand in for a missing one. */
  readonly keepsLastGood: boolean;
  parts(facts: FeatureFacts): readonly Part[];
}
