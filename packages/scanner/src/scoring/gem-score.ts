import type { FeatureName } from '../features/feature-names.ts';
import type { FeatureValue, Finding, GemScore } from '../scan-result.ts';
import { scoringModel } from '../scan-result.ts';
import { type Cap, capsFor } from './penalties.ts';

function capOf(caps: readonly Cap[], name: FeatureName): number {
  return Math.min(1, ...caps.filter((cap) => cap.feature === name).map((cap) => cap.atMost));
}

/** With everything that is missing at its best, within the caps that findings put on the feature. */
function best(feature: FeatureValue, caps: readonly Cap[]): number {
  const attainable = feature.state === 'missing' ? 1 : Math.min(1, feature.raw + 1 - feature.completeness);
  return 100 * feature.weight * Math.min(attainable, capOf(caps, feature.name));
}

/** A missing feature is worth 0 already; an open question might still hide a finding that costs the feature. */
function worst(feature: FeatureValue, isOpen: boolean): number {
  if (feature.state === 'missing') return 0;
  if (isOpen && feature.name === 'contract_safety') return 0;
  if (isOpen && feature.name === 'tokenomics_risk') return 100 * feature.weight * Math.min(feature.value, 0.4);
  return feature.contribution;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export interface ScoreFacts {
  readonly features: readonly FeatureValue[];
  readonly findings: readonly Finding[];
  /** Checks and alarming quantities that apply to the token and that nobody told: each may hide a finding. */
  readonly openQuestions: number;
}

/** 100 × Σ weight × value, and between what bounds it could lie if all were known. */
export function gemScoreOf(facts: ScoreFacts): GemScore {
  const caps = capsFor(facts.findings);
  const open = facts.openQuestions > 0;
  const value = sum(facts.features.map((feature) => (feature.state === 'known' ? feature.contribution : 0)));
  const low = sum(facts.features.map((feature) => worst(feature, open)));
  const high = sum(facts.features.map((feature) => best(feature, caps)));
  return {
    value: within(value),
    interval: [within(Math.min(low, value)), within(Math.max(high, value))],
    modelVersion: scoringModel.version,
  };
}

/** Sums of doubles may end a hair outside. */
function within(value: number): number {
  return Math.min(100, Math.max(0, value));
}
