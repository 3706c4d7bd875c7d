import type { FeatureName } from './features/feature-names.ts';
import { featureNames } from './features/feature-names.ts';
import type { FeatureValue, ScoredScan } from './scan-result.ts';

export interface FeatureChange {
  readonly name: FeatureName;
  /** Points of the GemScore gained or lost by this feature. The changes of all features sum to the change of the score. */
  readonly points: number;
  readonly before: number | null;
  readonly after: number | null;
}

export interface ScanChange {
  readonly sinceMs: number;
  readonly points: number;
  readonly features: readonly FeatureChange[];
  readonly newFindings: readonly string[];
  readonly goneFindings: readonly string[];
}

function featureOf(scan: ScoredScan, name: FeatureName): FeatureValue | undefined {
  return scan.features.find((feature) => feature.name === name);
}

function changeOf(name: FeatureName, before: FeatureValue | undefined, after: FeatureValue | undefined): FeatureChange {
  const was = before?.state === 'known' ? before : null;
  const is = after?.state === 'known' ? after : null;
  const points = (is?.contribution ?? 0) - (was?.contribution ?? 0);
  return { name, points, before: was?.value ?? null, after: is?.value ?? null };
}

/** What changed from one scan of a token to a later one, split by feature. */
export function compareScans(before: ScoredScan, after: ScoredScan): ScanChange {
  const had = new Set(before.findings.map((finding) => finding.code));
  const has = new Set(after.findings.map((finding) => finding.code));
  return {
    sinceMs: after.scoredAtMs - before.scoredAtMs,
    points: after.gemScore.value - before.gemScore.value,
    features: featureNames.map((name) => changeOf(name, featureOf(before, name), featureOf(after, name))),
    newFindings: [...has].filter((code) => !had.has(code)),
    goneFindings: [...had].filter((code) => !has.has(code)),
  };
}
