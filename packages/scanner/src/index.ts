import type { ScoredScan } from './scan-result.ts';
import type { Scanner, ScannerOptions } from './scanner.ts';
import type { ScanStore } from './store/scan-store.ts';

export { type FeatureName, featureNames, featureWeights } from './features/feature-names.ts';
export {
  type FailedScan,
  type FeatureInput,
  type FeatureValue,
  type Finding,
  type GemScore,
  type LastGoodFeature,
  type Narrative,
  type ReconciledQuantity,
  type SafetyCheck,
  type SafetyState,
  type ScanResult,
  type ScanStatus,
  type ScoredScan,
  type Severity,
  scoringModel,
  type ValidationIssue,
  type Verdict,
} from './scan-result.ts';
export type { Scanner, ScannerOptions, ScanRequest, ScanSources } from './scanner.ts';
export type { QueuedScan, ScanRecord, ScanState, ScanStore, StoredFeature } from './store/scan-store.ts';

export declare function createScanner(options: ScannerOptions): Scanner;
/** `sqlite:PATH` or `sqlite::memory:`. */
export declare function openStore(options: { url: string }): Promise<ScanStore>;
/** The same scan scored anew from its stored readings: bit for bit the same result. */
export declare function rescore(scan: ScoredScan): ScoredScan;
