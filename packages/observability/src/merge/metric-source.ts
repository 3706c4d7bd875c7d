import type { ResourceMetrics } from '../otlp/metric-model.ts';

/** Somebody whose metrics are shown together with those of others: a process, a cluster child, a worker thread. */
export interface MetricSource {
  /** Unique while it lives and never used again: totals of one that ended must not be continued by the next. */
  readonly id: string;
  /** As `job` and `instance` where they are shown, and in `metrics_source_up`. Where it is empty the label is absent. */
  readonly job: string;
  readonly instance: string;
  /**
   * The process that merges. Its registry has bounds of its own, and it is what tells that the merge is full: the limits of
   * the merge are for the others. @default false
   */
  readonly isOwn?: boolean;
}

/** Why a point was not taken. Counted in `telemetry_dropped_total{signal="metrics",reason="merge_…"}`. */
export type RefusalReason =
  | 'invalid_name'
  | 'invalid_value'
  | 'invalid_temporality'
  | 'invalid_histogram'
  | 'label_limits'
  | 'reserved_name'
  | 'type_conflict'
  | 'bucket_bounds'
  | 'max_series'
  | 'max_sources';

/** What became of the points of one update. Duplicates and late ones that changed nothing count as accepted. */
export interface MergeOutcome {
  readonly accepted: number;
  readonly refused: number;
  readonly reasons: Readonly<Partial<Record<RefusalReason, number>>>;
}

/** Where sources meet. No method throws. */
export interface MetricMerge {
  /** Takes what a source says of itself now; cumulative values replace its earlier ones, delta values add to them. */
  update(source: MetricSource, metrics: readonly ResourceMetrics[]): MergeOutcome;
  /** The source answered not in time: `metrics_source_up` 0, its last values stay. */
  silent(source: MetricSource): void;
  /** The source is gone: its counters and histograms keep their totals, its gauges disappear. */
  end(sourceId: string): void;
}
