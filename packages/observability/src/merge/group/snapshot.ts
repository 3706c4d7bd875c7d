import type { Exponential } from '../store/exponential.ts';
import type { MergedType, Quantile } from '../store/merged-series.ts';

/**
 * What a registry holds, or what changed of it since the snapshot before: numbers in typed arrays, which cost a copy where
 * objects would have to be spelled. Series are named once, and known by their number (`slot`) from then on.
 */
export interface Snapshot {
  /** Everything, because whoever reads it knows nothing of the ones before. */
  readonly isWhole: boolean;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly families: readonly FamilySnapshot[];
  /** Numbers of metrics that were taken out. */
  readonly goneFamilies: readonly number[];
}

export interface FamilySnapshot {
  readonly id: number;
  /** The first time. */
  readonly facts?: FamilyFactsSnapshot;
  /** Of a histogram, without +Inf. */
  readonly bounds: Float64Array;
  /** Series that went: they expired into `__other__`, or a gauge was removed. Their numbers may be given away again. */
  readonly gone: readonly number[];
  readonly bornSlots: readonly number[];
  /** Label text of those born. */
  readonly bornTexts: readonly string[];
  /** Those born and those changed. */
  readonly slots: Uint32Array;
  /** For each of them as many numbers as a vector of MergedSeries has. */
  readonly values: Float64Array;
  readonly isExponential: boolean;
  readonly exponentials: readonly (readonly [slot: number, buckets: Exponential])[];
  readonly quantiles: readonly (readonly [slot: number, quantiles: readonly Quantile[]])[];
  readonly exemplars: readonly ExemplarSnapshot[];
}

export interface FamilyFactsSnapshot {
  readonly name: string;
  readonly type: MergedType;
  readonly help: string;
  readonly unit: string | undefined;
  readonly labelNames: readonly string[];
}

export interface ExemplarSnapshot {
  readonly slot: number;
  /** As it is shown. */
  readonly text: string;
  readonly value: number;
  /** Epoch milliseconds; NaN when unknown. */
  readonly atMs: number;
}
