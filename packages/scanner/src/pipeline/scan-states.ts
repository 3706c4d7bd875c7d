import type { Reading, SourceReport, Token } from '@autotrader/sources';
import type { ReadText } from '../narrative/lexicon.ts';
import type { SafetyAssessment } from '../safety/assess-safety.ts';
import type {
  LastGoodFeature,
  Narrative,
  ReconciledQuantity,
  SafetyCheck,
  ScanResult,
  ScoredScan,
  ValidationIssue,
} from '../scan-result.ts';
import type { ObservedFeature } from '../scoring/score-features.ts';

/** What a scan is before anything was asked. */
export interface ScanJob {
  readonly id: string;
  readonly token: Token;
  readonly startedAtMs: number;
  readonly deadlineAtMs: number;
  /** Absent: ages are counted from now. */
  readonly asOfMs?: number;
  readonly traceId: string | null;
}

export interface Collected {
  readonly job: ScanJob;
  readonly reports: readonly SourceReport[];
  /** The newest scored scan before this one. */
  readonly earlier: ScoredScan | null;
  readonly lastGood: readonly LastGoodFeature[];
  /** What the store could not tell, in words. */
  readonly storeTrouble: readonly string[];
}

export interface Validated extends Collected {
  readonly scoredAtMs: number;
  readonly quantities: readonly ReconciledQuantity[];
  readonly checks: readonly SafetyCheck[];
  readonly issues: readonly ValidationIssue[];
  /** Names of the values that broke no rule, once per source that gave them. */
  readonly passed: readonly string[];
  readonly texts: readonly ReadText[];
  /** Absent when no source was asked. */
  readonly isNative?: Reading<boolean>;
  readonly missing: readonly string[];
}

export interface Assessed extends Validated {
  readonly assessment: SafetyAssessment;
}

export interface Narrated extends Assessed {
  readonly narrative: Narrative | null;
}

export interface Finished {
  readonly result: ScanResult;
  /** Values to keep for later scans; none for a scan that failed. */
  readonly observed: readonly ObservedFeature[];
}
