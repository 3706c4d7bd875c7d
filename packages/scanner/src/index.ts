export { compareScans, type FeatureChange, type ScanChange } from './compare-scans.ts';
export type { FeatureCategory } from './features/feature.ts';
export { type FeatureName, featureNames, featureWeights } from './features/feature-names.ts';
export { categoryOf, featureCategories } from './features/feature-registry.ts';
export { type Scale, type ScaleName, scales } from './features/scales.ts';
export { rescore } from './rescore.ts';
export {
  ScanError,
  type ScanErrorCode,
  type ScanErrorFacts,
  type ScanErrorKind,
  scanErrorCodes,
} from './scan-error.ts';
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
export { createScanner, type Scanner, type ScannerOptions, type ScanRequest, type ScanSources } from './scanner.ts';
export type { ObservedStore } from './store/observed-store.ts';
export { openStore } from './store/open-store.ts';
export type { QueuedScan, ScanRecord, ScanState, ScanStore, StoredFeature } from './store/scan-store.ts';
export {
  StoreError,
  type StoreErrorCode,
  type StoreErrorFacts,
  type StoreErrorKind,
  storeErrorCodes,
} from './store/store-error.ts';
export { gemThresholds } from './verdict/verdict.ts';
