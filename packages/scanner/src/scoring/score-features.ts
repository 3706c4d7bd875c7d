import { type FeatureName, featureNames, featureWeights } from '../features/feature-names.ts';
import { combineParts, type FeatureFacts, type RawFeature, recencyOf } from '../features/feature-parts.ts';
import { features } from '../features/feature-registry.ts';
import type { FeatureValue, Finding, LastGoodFeature } from '../scan-result.ts';
import { ageMs } from '../validation/freshness-deadlines.ts';
import { type Cap, capsFor } from './penalties.ts';

/** A feature's value that came from this scan's readings and may stand in later. */
export interface ObservedFeature {
  readonly name: FeatureName;
  readonly raw: number;
  readonly observedAtMs: number;
}

export interface ScoredFeatures {
  readonly values: readonly FeatureValue[];
  /** The earlier values that were used. */
  readonly lastGood: readonly LastGoodFeature[];
  readonly observed: readonly ObservedFeature[];
}

/** Stands in for a feature that could not be had, while its own deadline has not passed; its age costs recency. */
function fromLastGood(found: RawFeature, last: LastGoodFeature, scoredAtMs: number): RawFeature {
  const { deadlineMs, keepsLastGood } = features[last.name];
  const age = ageMs(last.observedAtMs, scoredAtMs);
  if (found.state === 'known' || !found.mayReturn || !keepsLastGood || age >= deadlineMs) return found;
  const reason = `stale: kept from an earlier scan, because now ${found.reason}`;
  return {
    state: 'known',
    raw: last.value,
    completeness: 1,
    recency: recencyOf(age, deadlineMs),
    observedAtMs: last.observedAtMs,
    inputs: [...found.inputs, { name: 'last_good', value: last.value, source: 'store', ageMs: age, reason }],
  };
}

function withPenalties(name: FeatureName, found: RawFeature, caps: readonly Cap[]): FeatureValue {
  const weight = featureWeights[name];
  if (found.state === 'missing') {
    return { name, state: 'missing', weight, reason: found.reason, inputs: found.inputs };
  }
  const effective = caps.filter((cap) => cap.feature === name && cap.atMost < found.raw);
  const value = Math.min(found.raw, ...effective.map((cap) => cap.atMost));
  return {
    name,
    state: 'known',
    value,
    raw: found.raw,
    weight,
    contribution: 100 * weight * value,
    recency: found.recency,
    completeness: found.completeness,
    inputs: found.inputs,
    penalties: effective.map((cap) => `${cap.because}: at most ${cap.atMost}`),
  };
}

export interface FeatureScoring {
  readonly facts: FeatureFacts;
  readonly findings: readonly Finding[];
  readonly lastGood: readonly LastGoodFeature[];
}

/** The eight features, after penalties. Pure. */
export function scoreFeatures({ facts, findings, lastGood }: FeatureScoring): ScoredFeatures {
  const caps = capsFor(findings);
  const used: LastGoodFeature[] = [];
  const observed: ObservedFeature[] = [];
  const values = featureNames.map((name) => {
    const feature = features[name];
    const time = { scoredAtMs: facts.scoredAtMs, deadlineMs: feature.deadlineMs };
    const now = combineParts(feature.parts(facts), time);
    if (now.state === 'known') observed.push({ name, raw: now.raw, observedAtMs: now.observedAtMs });
    const last = lastGood.find((candidate) => candidate.name === name);
    const found = last === undefined ? now : fromLastGood(now, last, facts.scoredAtMs);
    if (last !== undefined && found !== now) used.push(last);
    return withPenalties(name, found, caps);
  });
  return { values, lastGood: used, observed };
}
