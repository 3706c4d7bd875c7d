import { addExponentials, type Exponential } from './exponential.ts';
import type { MergedSeries, Part, Quantile } from './merged-series.ts';
import { addOnto } from './vectors.ts';

/** The total of the living and the ended, as a vector (see MergedSeries). Valid until the next call. */
export function totalOf(series: MergedSeries): readonly number[] {
  const { ended, first } = series;
  if (ended === null && first !== null && first.next === null) return first.values;
  scratch.length = 0;
  const length = (ended ?? first?.values ?? []).length;
  for (let i = 0; i < length; i++) scratch.push(ended?.[i] ?? 0);
  for (let part = first; part !== null; part = part.next) addOnto(scratch, part.values);
  return scratch;
}

const scratch: number[] = [];

/** What a counter shows; never less than before. */
export function counterValue(series: MergedSeries): number {
  const value = totalOf(series)[0] ?? 0;
  series.shown = Math.max(series.shown, value);
  return series.shown;
}

// Numbers added up in another order differ in their last digits only.
const rounding = 1e-12;

/** The sum of a histogram or summary, as last shown where it differs by rounding only. */
export function steadySum(series: MergedSeries, sum: number): number {
  const { shown } = series;
  if (sum < shown && shown - sum <= Math.abs(shown) * rounding) return shown;
  series.shown = sum;
  return sum;
}

/** What a gauge shows, by its rule; undefined when no living source has a value that is fresh. */
export function gaugeValue(series: MergedSeries, oldestMs: number): number | undefined {
  const { rule } = series.family;
  let value: number | undefined;
  let newest: Part | null = null;
  for (let part = series.first; part !== null; part = part.next) {
    if (part.stamp.seenMs < oldestMs) continue;
    const own = part.values[0] ?? 0;
    if (value === undefined) value = own;
    else if (rule === 'sum') value += own;
    else if (rule === 'min') value = lesser(value, own);
    else if (rule === 'max') value = greater(value, own);
    if (newest === null || isNewer(part, newest)) newest = part;
  }
  return rule === 'last' ? newest?.values[0] : value;
}

/** The exponential buckets of a histogram, or null when it has none. */
export function exponentialOf({ endedExponential, first }: MergedSeries): Exponential | null {
  let total = endedExponential;
  for (let part = first; part !== null; part = part.next) {
    if (part.exponential !== null) total = total === null ? part.exponential : addExponentials(total, part.exponential);
  }
  return total;
}

/** Quantiles cannot be added up: only those of a single source are shown. */
export function quantilesOf({ first, ended }: MergedSeries): readonly Quantile[] {
  return ended === null && first !== null && first.next === null ? (first.quantiles ?? []) : [];
}

/** NaN is no value, where there is another. */
function lesser(a: number, b: number): number {
  return Number.isNaN(a) || b < a ? b : a;
}

function greater(a: number, b: number): number {
  return Number.isNaN(a) || b > a ? b : a;
}

function isNewer({ stamp }: Part, { stamp: other }: Part): boolean {
  return stamp.time === other.time || stamp.time === 0n || other.time === 0n
    ? stamp.seenMs > other.seenMs
    : stamp.time > other.time;
}
