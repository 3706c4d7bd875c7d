import type { Reading, Token } from '@autotrader/sources';
import { assessSafety, isFlag, type SafetyAssessment } from '../safety/assess-safety.ts';
import { unknownEssentials, unknownForGem } from '../safety/check-needs.ts';
import { unknownMeasures } from '../safety/measure-needs.ts';
import type { LastGoodFeature, Narrative, ReconciledQuantity, SafetyCheck, ScoredScan } from '../scan-result.ts';
import { reasonOf } from '../verdict/reason.ts';
import { verdictOf } from '../verdict/verdict.ts';
import { confidenceOf } from './confidence.ts';
import { gemScoreOf } from './gem-score.ts';
import { type ObservedFeature, scoreFeatures } from './score-features.ts';

/** All that a score depends on. A stored scan holds it, so that it can be scored again. */
export interface ScoreInputs {
  readonly token: Token;
  readonly scoredAtMs: number;
  readonly quantities: readonly ReconciledQuantity[];
  readonly checks: readonly SafetyCheck[];
  readonly narrative: Narrative | null;
  readonly lastGood: readonly LastGoodFeature[];
  readonly isNative?: Reading<boolean>;
}

export type Score = Pick<
  ScoredScan,
  'gemScore' | 'confidence' | 'verdict' | 'reason' | 'flags' | 'findings' | 'features' | 'safety' | 'lastGood'
>;

export interface ScoredInputs {
  readonly score: Score;
  readonly observed: readonly ObservedFeature[];
}

/** From readings to verdict. Pure, and the only way to a score: scanning and re-scoring both come through here. */
export function scoreScan(inputs: ScoreInputs, safety: SafetyAssessment = assessSafety(inputs)): ScoredInputs {
  const { findings } = safety;
  const facts = { ...inputs, safety: safety.state };
  const { values, lastGood, observed } = scoreFeatures({ facts, findings, lastGood: inputs.lastGood });
  const mayHaveContract = safety.state !== 'not_applicable';
  const forGem = mayHaveContract ? unknownForGem(inputs.token, inputs.checks) : [];
  const measures = mayHaveContract ? unknownMeasures(inputs.token, inputs.quantities) : [];
  const gemScore = gemScoreOf({ features: values, findings, openQuestions: forGem.length + measures.length });
  const judged = {
    token: inputs.token,
    gemScore,
    confidence: confidenceOf(values, inputs.quantities),
    features: values,
    findings,
    safety: safety.state,
    unknownEssentials: mayHaveContract ? unknownEssentials(inputs.token, inputs.checks) : [],
    unknownForGem: forGem,
    unknownMeasures: measures,
  };
  const verdict = verdictOf(judged);
  const score: Score = {
    gemScore,
    confidence: judged.confidence,
    verdict,
    reason: reasonOf(verdict, judged),
    flags: findings.filter(isFlag).map((finding) => finding.code),
    findings,
    features: values,
    safety: safety.state,
    lastGood,
  };
  return { score, observed };
}
