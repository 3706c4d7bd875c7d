import type { CheckName, Token } from '@autotrader/sources';
import type { FeatureName } from '../features/feature-names.ts';
import type { FeatureValue, Finding, GemScore, SafetyState, Verdict } from '../scan-result.ts';
import { listInWords } from './word-list.ts';

export interface VerdictFacts {
  readonly token: Token;
  readonly gemScore: GemScore;
  readonly confidence: number;
  readonly features: readonly FeatureValue[];
  readonly findings: readonly Finding[];
  readonly safety: SafetyState;
  readonly unknownEssentials: readonly CheckName[];
  readonly unknownForGem: readonly CheckName[];
  /** In words. */
  readonly unknownMeasures: readonly string[];
}

/** What a gem must reach. */
export const gemThresholds = { score: 70, contractSafety: 0.7, signal: 0.6, signals: 3, confidence: 0.75 } as const;
export const minimumConfidence = 0.5;

const signals: readonly FeatureName[] = ['accumulation_score', 'onchain_activity', 'narrative_momentum'];

export function featureValue(features: readonly FeatureValue[], name: FeatureName): number | undefined {
  const feature = features.find((candidate) => candidate.name === name);
  return feature?.state === 'known' ? feature.value : undefined;
}

/** What keeps a token from being a gem, in words; empty for a gem. */
export function gemObstacles(facts: VerdictFacts): readonly string[] {
  const { gemScore, confidence, features, unknownForGem, unknownMeasures } = facts;
  const safetyValue = featureValue(features, 'contract_safety') ?? 0;
  const strong = signals.filter((name) => (featureValue(features, name) ?? 0) >= gemThresholds.signal);
  const obstacles: string[] = [];
  if (gemScore.value < gemThresholds.score) obstacles.push(`score below ${gemThresholds.score}`);
  if (safetyValue < gemThresholds.contractSafety)
    obstacles.push(`contract safety below ${gemThresholds.contractSafety}`);
  if (strong.length < gemThresholds.signals) {
    const weak = signals.filter((name) => !strong.includes(name)).map((name) => name.replaceAll('_', ' '));
    obstacles.push(`weak ${listInWords(weak)}`);
  }
  if (confidence < gemThresholds.confidence) obstacles.push(`confidence below ${gemThresholds.confidence}`);
  if (unknownForGem.length > 0) {
    obstacles.push(`unanswered checks (${unknownForGem.join(', ')})`);
  }
  if (unknownMeasures.length > 0) obstacles.push(`unknown ${listInWords(unknownMeasures)}`);
  return obstacles;
}

/** The rules in order: an alarm outweighs everything, and what is not known is never good news. */
export function verdictOf(facts: VerdictFacts): Verdict {
  if (facts.findings.some(({ severity }) => severity === 'critical' || severity === 'high')) return 'avoid';
  if (facts.safety === 'unknown' || facts.confidence < minimumConfidence) return 'insufficient_data';
  return gemObstacles(facts).length === 0 ? 'gem' : 'watch';
}
