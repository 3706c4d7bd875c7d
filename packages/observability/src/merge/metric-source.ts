import type { ResourceMetrics } from '../otlp/metric-model.ts';

/** Somebody whose metrics are shown together with those of others: a process, a cluster child, a worker thread. */
export interface MetricSource {
  /** Unique while it lives and never used again: totals of one that ended must not be continued by the next. */
  readonly id: string;
  /** As `job` and `instance` where they are shown, and in `metrics_source_up`. */
  readonly job: string;
  readonly instance: string;
}

/** Where sources meet. No method throws. */
export interface MetricMerge {
  /** Takes what a source says of itself now; cumulative values replace its earlier ones, delta values add to them. */
  update(source: MetricSource, metrics: readonly ResourceMetrics[]): void;
  /** The source answered not in time: `metrics_source_up` 0, its last values stay. */
  silent(source: MetricSource): void;
  /** The source is gone: its counters and histograms keep their totals, its gauges disappear. */
  end(sourceId: string): void;
}
