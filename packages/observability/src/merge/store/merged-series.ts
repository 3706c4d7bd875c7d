import type { MergeRule } from '../merge-settings.ts';
import type { MetricSource } from '../metric-source.ts';
import type { Exponential } from './exponential.ts';
import type { Stamp } from './stamp.ts';

export type MergedType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';

/** One metric as it is shown. */
export interface MergedFamily {
  readonly name: string;
  /** The name in OpenMetrics: a counter's without `_total`. */
  readonly baseName: string;
  readonly type: MergedType;
  /** A counter without `_total` has no type in OpenMetrics. */
  readonly openMetricsType: MergedType;
  readonly help: string;
  readonly unit: string | undefined;
  /** For gauges. */
  readonly rule: MergeRule;
  /** By label text. */
  readonly series: Map<string, MergedSeries>;
  /** Who sent it first, for messages. */
  readonly firstSource: string;
}

export interface Quantile {
  readonly quantile: number;
  readonly value: number;
}

export interface MergedExemplar {
  /** Escaped and clean, as `a="x",b="y"`. */
  readonly text: string;
  readonly value: number;
  readonly timeUnixNano: bigint;
}

/** What a source says of one series now. */
export interface SentValue {
  /** As in MergedSeries. */
  readonly values: number[];
  /** Of a histogram, without +Inf. */
  readonly bounds: readonly number[];
  /** A histogram may leave its sum out; then 0 stands in its place. */
  readonly hasSum: boolean;
  readonly exponential: Exponential | null;
  readonly quantiles: readonly Quantile[] | null;
}

/**
 * `up`: it reports. `silent`: it did not answer in time. `dormant`: nothing came for so long that it is shown no longer;
 * what it counted is kept apart while there is room, so that it can come back and not count twice.
 */
export type SourceState = 'up' | 'silent' | 'dormant';

/** What one scope of a source holds: by series, or by what else tells two apart that show the same labels. */
export type Stream = Map<MergedSeries | string, Part>;

/** A source as the merge knows it. */
export interface MergedSource {
  readonly source: MetricSource;
  state: SourceState;
  seenMs: number;
  /** The youngest time it gave its values, epoch nanoseconds. */
  lastTime: bigint;
  /** What its series begin with: `job="a",instance="b",` or less. */
  readonly prefix: string;
  /** `job="a",instance="b"`, whatever its series show. */
  readonly identity: string;
  /** By stream: one for each scope of the sender, because two scopes may have a metric of the same name. */
  readonly streams: Map<string, Stream>;
  /** Shown in `target_info`: name to escaped value. */
  info: ReadonlyMap<string, string>;
  /** It was folded before and came back: up to this time its values are counted already. */
  readonly countedUntil: bigint | null;
}

/**
 * One line of output, or the lines of one histogram.
 *
 * Numbers are vectors, so that all kinds are merged by the same code: a counter or gauge is [value], a histogram its
 * bucket counts (not cumulative, +Inf last) and its sum, a summary [count, sum].
 */
export class MergedSeries {
  readonly family: MergedFamily;
  readonly text: string;
  first: Part | null = null;
  /** What ended sources and ended epochs left: added to the living. Null while there is nothing. */
  ended: number[] | null = null;
  endedExponential: Exponential | null = null;
  /** Of a histogram, without +Inf. Shared with others that have the same. */
  bounds: readonly number[];
  /** A sender left the sum out, so there is none. */
  isSumless = false;
  /** Whether its senders count in exponential buckets, which only all of them can or none. */
  isExponential = false;
  /** What was shown last: adding up in another order must not show less by the last digit. */
  shown = Number.NEGATIVE_INFINITY;
  /** By bucket; of others than histograms in 0. */
  exemplars: Map<number, MergedExemplar> | null = null;
  isGone = false;

  constructor(family: MergedFamily, text: string, bounds: readonly number[]) {
    this.family = family;
    this.text = text;
    this.bounds = bounds;
  }
}

/** What one stream of one source holds of a series. */
export class Part {
  readonly series: MergedSeries;
  readonly source: MergedSource;
  /** Under which the source finds it again. */
  readonly key: MergedSeries | string;
  values: number[];
  exponential: Exponential | null = null;
  quantiles: readonly Quantile[] | null = null;
  stamp: Stamp;
  previous: Part | null = null;
  next: Part | null = null;

  constructor({ series, source, key, values, stamp }: Pick<Part, 'series' | 'source' | 'key' | 'values' | 'stamp'>) {
    this.series = series;
    this.source = source;
    this.key = key;
    this.values = values;
    this.stamp = stamp;
  }
}

/** Whether its values only grow, so that they are added up and kept when a source ends. */
export function isCumulative({ type }: MergedFamily): boolean {
  return type === 'counter' || type === 'histogram' || type === 'summary';
}
