import type { LabelSpecs, NoLabels } from '../label-specs.ts';
import type { NativeBucketsDeclaration } from '../native/native-options.ts';

export type MetricType = 'counter' | 'gauge' | 'histogram';

interface DeclarationBase<L extends LabelSpecs> {
  /** snake_case, base units, e.g. `queue_wait_seconds`. */
  readonly name: string;
  /** One sentence; shown beside the metric by Prometheus and in the generated docs. */
  readonly help: string;
  /** @default no labels */
  readonly labels?: L;
  /**
   * The base unit; the name must end with it (before `_total`).
   * @default inferred for names in seconds or bytes
   */
  readonly unit?: string;
  /**
   * Milliseconds without a sample after which a series goes, noticed when the metrics are next shown; positive. Give
   * it to metrics whose label values come and go. Its place in the budget becomes free.
   *
   * What counters and histograms had counted goes on in the series whose labels are all `__other__`, so the sum over
   * all series never falls: take increases of that sum, `increase(sum without(…)(…))`, because in the increase of
   * `__other__` itself, folding is a step. A series that comes back starts at 0 after at least one output without it.
   * Gauges just disappear. Counters and histograms without labels stay. Handles stay good and cost the same.
   * @default never; the configuration's `metrics.series_expiry_seconds` wins
   */
  readonly expireAfterMs?: number;
}

export interface CounterDeclaration<L extends LabelSpecs = NoLabels> extends DeclarationBase<L> {
  /**
   * Remember the active sampled span with each increment. Reading the active span costs several times
   * the increment itself, so it is asked for, not given.
   * @default false
   */
  readonly exemplars?: boolean;
}

export interface GaugeDeclaration<L extends LabelSpecs = NoLabels> extends DeclarationBase<L> {
  /** Called before each scrape to set the gauge. If it throws, or hangs past the deadline, only this gauge is left out. */
  readonly collect?: () => void | Promise<void>;
}

export interface HistogramDeclaration<L extends LabelSpecs = NoLabels> extends DeclarationBase<L> {
  /**
   * Upper bounds, finite, strictly ascending; `+Inf` is added.
   * @default .005 .01 .025 .05 .1 .25 .5 1 2.5 5 10 (seconds of a web request)
   */
  readonly buckets?: readonly number[];
  /**
   * Count in exponential (native) buckets, too. They need no bounds to be chosen: each is 9 % wider than the one below
   * (2^(1/8), schema 3) for positive and for negative values, with one of their own for values within 2^-128 of 0. A
   * series whose values spread over more than `maxBuckets` gets coarser ones, down to a bucket for 16 powers of two
   * (schema -4); no count is ever lost by it.
   *
   * Shown to whoever scrapes protobuf, as Prometheus does with native histograms switched on; the text formats show
   * the classic buckets only. An observation costs 10 to 20 ns more, a series some hundred bytes to two kilobytes.
   * @default false; a name in the configuration's `metrics.native_histograms` switches it on
   */
  readonly native?: boolean | NativeBucketsDeclaration;
  /**
   * Remember the active sampled span with each observation.
   * @default true
   */
  readonly exemplars?: boolean;
}

/** The Prometheus clients' common default: made for request durations in seconds. */
export const defaultBuckets: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A label as documentation shows it: its closed list of values, or its budget. */
export type LabelDescription =
  | { readonly name: string; readonly values: readonly string[] }
  | { readonly name: string; readonly limit: number };

/** A declared metric, as documentation and checks read it. */
export interface MetricDescription {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly LabelDescription[];
  readonly unit?: string;
  /** Histograms only; after overrides. */
  readonly buckets?: readonly number[];
}
