import type { ResourceMetrics } from '../otlp/metric-model.ts';

/** Somebody whose metrics are shown together with those of others: a process, a cluster child, a worker thread. */
export interface MetricSource {
  /** Unique while it lives and never used again: totals of one that ended must not be continued by the next. */
  readonly id: string;
  /** As `job` and `instance` where they are shown, and in `metrics_source_up`. */
  readonly job: string;
  readonly instance: string;
}

/** Why points of an update were not taken, as label values. */
export const mergeRejections = [
  'too_many_sources',
  'too_many_series',
  'invalid_name',
  'invalid_point',
  'type_conflict',
  'bounds_conflict',
  'out_of_order',
] as const;

/** Why a point was not taken. */
export type MergeRejection = (typeof mergeRejections)[number];

/** What became of an update, in points; the sender is told. */
export interface MergeOutcome {
  readonly accepted: number;
  /** Sending these again would not help. What is not named was not rejected. */
  readonly rejected: Readonly<Partial<Record<MergeRejection, number>>>;
}

/** Where sources meet. No method throws. */
export interface MetricMerge {
  /**
   * Takes what a source says of itself now; cumulative values replace its earlier ones, delta values add to them. May be a
   * part of what it has: series that are not named stay.
   */
  update(source: MetricSource, metrics: readonly ResourceMetrics[]): MergeOutcome;
  /** The source answered not in time: `metrics_source_up` 0, its last values stay. */
  silent(source: MetricSource): void;
  /** The source is gone: its counters and histograms keep their totals, its gauges disappear. */
  end(sourceId: string): void;
}
