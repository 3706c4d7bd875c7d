import { counter, gauge, histogram } from '@autotrader/observability';
import type { FeatureName } from './features/feature-names.ts';
import { categoryOf, featureCategories } from './features/feature-registry.ts';
import type { ScanStatus, ValidationIssue } from './scan-result.ts';

const tokenSymbol = { limit: 500 } as const;
const featureName = { limit: 100 } as const;
const statuses = ['success', 'failure', 'timeout'] as const;
const rules = ['finite', 'not_null', 'range', 'freshness', 'cross_field', 'monotonic'] as const;
const stages = ['collect', 'validate', 'safety', 'narrate', 'score', 'store'] as const;

export type StageName = (typeof stages)[number];
export type ItemOutcome = 'in' | 'out' | 'filtered' | 'failed';
export type FeatureOperation = 'read' | 'write' | 'count';

const scanRequests = counter({
  name: 'scan_requests_total',
  help: 'Scans that ended, by how they ended.',
  labels: { token_symbol: tokenSymbol, status: statuses },
});

const scanDuration = histogram({
  name: 'scan_duration_seconds',
  help: 'How long a scan took from its start to its stored result.',
  labels: { token_symbol: tokenSymbol, status: statuses },
  buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60],
});

const scanErrors = counter({
  name: 'scan_errors_total',
  help: 'Scans that ended without a score, by kind of error.',
  labels: { token_symbol: tokenSymbol, error_type: { limit: 50 } },
});

const gemScores = histogram({
  name: 'gem_score_distribution',
  help: 'GemScores given, 0 to 100.',
  labels: { token_symbol: tokenSymbol },
  buckets: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100],
});

const confidenceScores = histogram({
  name: 'confidence_score_distribution',
  help: 'Confidence in the scores given, 0 to 1.',
  labels: { token_symbol: tokenSymbol },
  buckets: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1],
});

const flaggedTokens = counter({
  name: 'flagged_tokens_total',
  help: 'Findings of severity high or critical, by what was found.',
  labels: { token_symbol: tokenSymbol, flag_reason: { limit: 50 } },
});

const stageDuration = histogram({
  name: 'scan_stage_duration_seconds',
  help: 'How long one stage of a scan took.',
  labels: { stage: stages },
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30],
});

const scanItems = counter({
  name: 'scan_items_total',
  help: 'What went into a stage and what became of it; in = out + filtered + failed + what is under way.',
  labels: { stage: stages, outcome: ['in', 'out', 'filtered', 'failed'] },
});

const validationFailures = counter({
  name: 'feature_validation_failures_total',
  help: 'Values that broke a rule.',
  labels: { feature_name: featureName, validation_type: rules, severity: ['error', 'warning'] },
});

const validationWarnings = counter({
  name: 'feature_validation_warnings_total',
  help: 'Values that broke a rule and were used all the same.',
  labels: { feature_name: featureName, validation_type: rules },
});

const validationSuccesses = counter({
  name: 'feature_validation_success_total',
  help: 'Values that kept every rule of severity error.',
  labels: { feature_name: featureName },
});

const featureValues = histogram({
  name: 'feature_value_distribution',
  help: 'Values of features, times 100.',
  labels: { feature_name: featureName, category: featureCategories },
  buckets: [0, 10, 25, 50, 75, 90, 100],
});

const featureFreshness = histogram({
  name: 'feature_freshness_seconds',
  help: 'Age of the oldest input of a feature when it was scored.',
  labels: { feature_name: featureName },
  buckets: [1, 5, 10, 30, 60, 300, 600, 1800, 3600],
});

const featureWrites = histogram({
  name: 'feature_write_duration_seconds',
  help: 'How long writing a feature to the store took.',
  labels: { feature_name: featureName },
  buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
});

const featureStoreSize = gauge({
  name: 'feature_store_size',
  help: 'Feature values in the store.',
  labels: { category: featureCategories },
});

const featureStoreOperations = counter({
  name: 'feature_store_operations_total',
  help: 'Operations on stored features.',
  labels: { operation: ['read', 'write', 'count'], status: ['success', 'failure'] },
});

/**
 * Shows a token's scans as 0 of each status before the first one ends: Prometheus' `increase()` does not see the first
 * step of a series that appears with 1, and the first failure is the one that matters.
 */
export function announceScan(symbol: string): void {
  for (const status of statuses) scanRequests.inc({ token_symbol: symbol, status }, 0);
}

/** Counts a scan that ended. */
export function recordScanRequest(symbol: string, status: ScanStatus): void {
  scanRequests.inc({ token_symbol: symbol, status });
}

export function recordScanDuration(symbol: string, seconds: number, status: ScanStatus): void {
  scanDuration.observe({ token_symbol: symbol, status }, seconds);
}

/** @param errorType a kind of error, never its message */
export function recordScanError(symbol: string, errorType: string): void {
  scanErrors.inc({ token_symbol: symbol, error_type: errorType });
}

/** @param score 0..100 */
export function recordGemScore(symbol: string, score: number): void {
  gemScores.observe({ token_symbol: symbol }, score);
}

/** @param confidence 0..1 */
export function recordConfidenceScore(symbol: string, confidence: number): void {
  confidenceScores.observe({ token_symbol: symbol }, confidence);
}

/** @param reason the code of a finding */
export function recordFlaggedToken(symbol: string, reason: string): void {
  flaggedTokens.inc({ token_symbol: symbol, flag_reason: reason });
}

export function recordStageDuration(stage: StageName, seconds: number): void {
  stageDuration.observe({ stage }, seconds);
}

export function recordScanItems(stage: StageName, outcome: ItemOutcome, count: number): void {
  scanItems.inc({ stage, outcome }, count);
}

/** Counts a broken rule of either severity. */
export function recordValidationFailure(
  name: string,
  rule: ValidationIssue['rule'],
  severity: ValidationIssue['severity'],
): void {
  validationFailures.inc({ feature_name: name, validation_type: rule, severity });
}

/** Counts a value that broke a rule of severity warning and was used. */
export function recordValidationWarning(name: string, rule: ValidationIssue['rule']): void {
  validationWarnings.inc({ feature_name: name, validation_type: rule });
}

export function recordValidationSuccess(name: string): void {
  validationSuccesses.inc({ feature_name: name });
}

/** @param value 0..1; the metric counts it times 100 */
export function recordFeatureValue(name: FeatureName, value: number): void {
  featureValues.observe({ feature_name: name, category: categoryOf(name) }, 100 * value);
}

export function recordFeatureFreshness(name: FeatureName, ageSeconds: number): void {
  featureFreshness.observe({ feature_name: name }, ageSeconds);
}

export function recordFeatureWrite(name: FeatureName, seconds: number): void {
  featureWrites.observe({ feature_name: name }, seconds);
}

export function recordFeatureOperation(operation: FeatureOperation, status: 'success' | 'failure'): void {
  featureStoreOperations.inc({ operation, status });
}

/** A category that is absent from `counts` is empty. */
export function setFeatureStoreSize(counts: Readonly<Record<string, number>>): void {
  for (const category of featureCategories) featureStoreSize.set({ category }, counts[category] ?? 0);
}
