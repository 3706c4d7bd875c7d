import type { LabelSpecs, LabelValues, NoLabels } from './label-specs.ts';

/** A counter whose series is already chosen: increments add to a cell and look nothing up. */
export interface BoundCounter {
  /** Adds `amount` (default 1). Negative and non-finite amounts are ignored and counted as dropped. */
  inc(amount?: number): void;
}

export interface LabelledCounter<L extends LabelSpecs> {
  readonly name: string;
  /** Adds `amount` (default 1) to the series of these labels. Never throws. */
  inc(labels: LabelValues<L>, amount?: number): void;
  /** The series of these labels, shown from now on with 0. Keep the handle where the labels do not change. */
  with(labels: LabelValues<L>): BoundCounter;
}

export interface PlainCounter extends BoundCounter {
  readonly name: string;
}

/** Only ever grows. Its shape follows its labels: without any, `c.inc()`; with some, `c.inc({...})`. */
export type Counter<L extends LabelSpecs = NoLabels> = keyof L extends never ? PlainCounter : LabelledCounter<L>;

/** A gauge whose series is chosen. The series appears at the first write: not known is not 0. */
export interface BoundGauge {
  /** `NaN` and infinities are legal gauge values. */
  set(value: number): void;
  inc(amount?: number): void;
  dec(amount?: number): void;
  /** Takes the series out of the output until the next write. */
  remove(): void;
}

export interface LabelledGauge<L extends LabelSpecs> {
  readonly name: string;
  set(labels: LabelValues<L>, value: number): void;
  inc(labels: LabelValues<L>, amount?: number): void;
  dec(labels: LabelValues<L>, amount?: number): void;
  /** Takes the series out of the output and gives its label values back to the budget. */
  remove(labels: LabelValues<L>): void;
  with(labels: LabelValues<L>): BoundGauge;
}

export interface PlainGauge extends BoundGauge {
  readonly name: string;
}

export type Gauge<L extends LabelSpecs = NoLabels> = keyof L extends never ? PlainGauge : LabelledGauge<L>;

export interface BoundHistogram {
  /** Records one value. Non-finite values are ignored and counted as dropped (one would spoil the sum for good). */
  observe(value: number): void;
}

export interface LabelledHistogram<L extends LabelSpecs> {
  readonly name: string;
  observe(labels: LabelValues<L>, value: number): void;
  with(labels: LabelValues<L>): BoundHistogram;
}

export interface PlainHistogram extends BoundHistogram {
  readonly name: string;
}

export type Histogram<L extends LabelSpecs = NoLabels> = keyof L extends never ? PlainHistogram : LabelledHistogram<L>;
