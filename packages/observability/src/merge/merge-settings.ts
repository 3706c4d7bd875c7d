import type { ObservabilityConfig } from '../config/schema.ts';
import type { RefusalReason } from './metric-source.ts';

/** How the values of several sources become one. Counters and histograms are always added up. */
export type MergeRule = 'sum' | 'last' | 'min' | 'max';

export interface MergeSettings {
  /** By the name that is shown, for gauges and sums that may fall. */
  readonly rules: Readonly<Record<string, MergeRule>>;
  /** `each`: every source has its own series, told apart by `instance`. */
  readonly instance: 'none' | 'each';
  /** A source, or one of its gauges, that said nothing for so long is no longer shown. */
  readonly expiryMs: number;
  /** Of the series shown, and of the series sources hold, each; their labels may have 512 characters each on average. */
  readonly maxSeries: number;
  readonly maxSources: number;
}

/** Whom the merge tells what it could not do. One that throws is ignored. */
export interface MergeHooks {
  readonly onRefused?: (reason: RefusalReason, points: number) => void;
  /** Each thing is said once. */
  readonly onWarning?: (warning: MergeWarning) => void;
  /** A secret was taken out of a label value. */
  readonly onRedacted?: () => void;
  /** Milliseconds of a clock that only runs forward. @default performance.now */
  readonly elapsedMs?: () => number;
}

export interface MergeWarning {
  readonly code: RefusalReason | 'rule_ignored';
  readonly metric: string;
  /** One sentence for a log line. */
  readonly message: string;
}

/** What `metrics.merge` configures. */
export function toMergeSettings(merge: ObservabilityConfig['metrics']['merge']): MergeSettings {
  return {
    rules: merge.rules,
    instance: merge.instance,
    expiryMs: merge.expiry_seconds * 1_000,
    maxSeries: merge.max_series,
    maxSources: merge.max_sources,
  };
}
