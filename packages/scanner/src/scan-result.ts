import type { AskedCall, Check, CheckName, Quantity, QuantityName, Reading, Token } from '@autotrader/sources';
import type { FeatureName } from './features/feature-names.ts';

/** The version of features, weights and rules together. A stored scan is re-scored with the version it names. */
export const scoringModel = { version: '1.0.0' } as const;

export type ScanStatus = 'success' | 'failure' | 'timeout';

/** A quantity as it was judged: all that the sources said, and what was taken from them. */
export interface ReconciledQuantity {
  readonly name: QuantityName;
  /** The reading the features use; `missing` when no source had one. */
  readonly chosen: Reading<Quantity>;
  /** Every source's own reading, kept side by side. */
  readonly readings: readonly Reading<Quantity>[];
  /** Largest relative difference between two sources that answered; absent with fewer than two. */
  readonly disagreement?: number;
}

export interface SafetyCheck {
  readonly name: CheckName;
  /** The answer that counts: a fail before a pass before unknown. */
  readonly check: Check;
  /** Every source's own answer, present when more than one gave any. */
  readonly readings?: readonly Check[];
}

export type FeatureValue =
  | {
      readonly name: FeatureName;
      readonly state: 'known';
      /** 0..1, after penalties. */
      readonly value: number;
      /** 0..1, before penalties. */
      readonly raw: number;
      readonly weight: number;
      /** 100 × weight × value: its share of the GemScore. */
      readonly contribution: number;
      /** 1 when all inputs are new, 0 at the feature's own deadline. */
      readonly recency: number;
      /** 0..1, the share of the wanted inputs that were there. What was not there contributes nothing to `raw`. */
      readonly completeness: number;
      readonly inputs: readonly FeatureInput[];
      readonly penalties: readonly string[];
    }
  | {
      readonly name: FeatureName;
      readonly state: 'missing';
      readonly weight: number;
      /** Which inputs were wanted and why they are not there. */
      readonly reason: string;
      readonly inputs: readonly FeatureInput[];
    };

export interface FeatureInput {
  readonly name: string;
  readonly value: number | null;
  readonly source: string;
  readonly ageMs: number | null;
  readonly reason?: string;
}

/** A value that broke a rule. `error` values were dropped before the score; `warning` values were used. */
export interface ValidationIssue {
  /** Name of the quantity or feature. */
  readonly name: string;
  readonly source: string;
  readonly rule: 'finite' | 'not_null' | 'range' | 'freshness' | 'cross_field' | 'monotonic';
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** A feature's value from an earlier scan that stood in for one that could not be had now. */
export interface LastGoodFeature {
  readonly name: FeatureName;
  /** 0..1, before penalties. */
  readonly value: number;
  readonly observedAtMs: number;
}

/**
 * `unknown`: an essential check could not be had, which is never read as safe.
 * `not_applicable`: a native coin, which has no contract that could trap its holder.
 */
export type SafetyState = 'assessed' | 'unknown' | 'not_applicable';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

export interface Finding {
  /** Stable snake_case fact, also the value of the label `flag_reason`. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly evidence: string;
  readonly source: string;
}

export interface GemScore {
  /** 0..100 */
  readonly value: number;
  /** With every missing feature at its worst and at its best. */
  readonly interval: readonly [low: number, high: number];
  readonly modelVersion: string;
}

export type Verdict = 'gem' | 'watch' | 'avoid' | 'insufficient_data';

export interface Narrative {
  readonly provider: 'lexicon';
  /** 0..1, .5 is neutral. */
  readonly sentiment: number;
  /** 0..1 */
  readonly momentum: number;
  readonly themes: readonly string[];
  readonly summary: string;
  /** When the oldest text it rests on was read. Epoch milliseconds. */
  readonly observedAtMs: number;
}

interface ScanFacts {
  readonly id: string;
  readonly token: Token;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly traceId: string | null;
  readonly calls: readonly AskedCall[];
}

export interface ScoredScan extends ScanFacts {
  readonly status: 'success';
  /** The moment all ages are counted from. Epoch milliseconds. */
  readonly scoredAtMs: number;
  readonly gemScore: GemScore;
  /** 0..1 */
  readonly confidence: number;
  readonly verdict: Verdict;
  /** One sentence a person can read. */
  readonly reason: string;
  readonly flags: readonly string[];
  readonly findings: readonly Finding[];
  readonly features: readonly FeatureValue[];
  readonly quantities: readonly ReconciledQuantity[];
  readonly checks: readonly SafetyCheck[];
  readonly safety: SafetyState;
  /** Whether a source lists it as a chain's own coin; absent where none was asked. */
  readonly isNative?: Reading<boolean>;
  readonly issues: readonly ValidationIssue[];
  readonly lastGood: readonly LastGoodFeature[];
  readonly narrative: Narrative | null;
  /** What could not be asked, and why: `goplus token_security: rate_limited`. */
  readonly missing: readonly string[];
}

export interface FailedScan extends ScanFacts {
  readonly status: 'failure' | 'timeout';
  readonly error: { readonly code: string; readonly type: string; readonly message: string };
  readonly missing: readonly string[];
}

/** What a scan ends with. A scan that had too little to go on is a failure and says what was missing. */
export type ScanResult = ScoredScan | FailedScan;
