/**
 * Every way a declaration can be refused, with its stable code. A code is never reused.
 *
 * Only declarations throw: they are written by a programmer and run when a module loads.
 * Recording a sample never throws.
 */
export const metricErrorCodes = {
  name_invalid: 'OBS_METRIC_NAME_INVALID',
  name_suffix: 'OBS_METRIC_NAME_SUFFIX',
  name_unit: 'OBS_METRIC_NAME_UNIT',
  name_type: 'OBS_METRIC_NAME_TYPE',
  help_missing: 'OBS_METRIC_HELP_MISSING',
  label_invalid: 'OBS_METRIC_LABEL_INVALID',
  label_reserved: 'OBS_METRIC_LABEL_RESERVED',
  label_budget: 'OBS_METRIC_LABEL_BUDGET',
  buckets_invalid: 'OBS_METRIC_BUCKETS_INVALID',
  unit_invalid: 'OBS_METRIC_UNIT_INVALID',
  expiry_invalid: 'OBS_METRIC_EXPIRY_INVALID',
  native_invalid: 'OBS_METRIC_NATIVE_INVALID',
  collector_conflict: 'OBS_METRIC_COLLECTOR_CONFLICT',
} as const;

export type MetricErrorKind = keyof typeof metricErrorCodes;

export interface MetricErrorFacts {
  readonly kind: MetricErrorKind;
  /** The metric (or collector) as its author named it. */
  readonly metric: string;
  readonly expected: string;
  /** What was declared instead. */
  readonly came: string;
}

/** A metric declared wrongly. Callers branch on `code`. */
export class MetricError extends Error {
  override readonly name = 'MetricError';
  readonly code: (typeof metricErrorCodes)[MetricErrorKind];
  readonly facts: MetricErrorFacts;

  constructor(facts: MetricErrorFacts) {
    super(`metric "${facts.metric}": expected ${facts.expected}; came ${facts.came}`);
    this.code = metricErrorCodes[facts.kind];
    this.facts = facts;
  }
}
