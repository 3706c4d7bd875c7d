import { addExponentials, type Exponential } from './exponential.ts';
import type { MergeStore } from './merge-store.ts';
import type { MergedFamily, Part, SentValue } from './merged-series.ts';
import { isRepeatedDelta, type Stamp, toSuccession } from './stamp.ts';
import { addOnto, areEqual, hasFallen, toCoarser } from './vectors.ts';

export interface SentNow {
  readonly sent: SentValue;
  readonly came: Stamp;
}

/** Puts a cumulative value in the place of the one before, or adds it as another life. @returns whether it changed something */
export function applyCumulative(store: MergeStore, part: Part, { sent, came }: SentNow): boolean {
  const values = atPartBounds(part, sent);
  const checked = checkedOf(part.series.family, values);
  const succession = toSuccession({
    known: part.stamp,
    came,
    falls: hasFallen(part.values, values, checked),
    isEqual: areEqual(part.values, values),
    patienceMs: store.settings.expiryMs,
  });
  if (succession === 'older') return false;
  if (succession === 'restarted') store.startOver(part);
  part.values = values;
  part.exponential = sent.exponential;
  part.quantiles = sent.quantiles;
  part.stamp = came;
  return true;
}

/** The same for a source whose reports come in order and whole: only a count that falls is another life. */
export function applyInOrder(store: MergeStore, part: Part, sent: SentValue): void {
  const values = atPartBounds(part, sent);
  if (hasFallen(part.values, values, checkedOf(part.series.family, values))) store.startOver(part);
  part.values = values;
  part.exponential = sent.exponential;
  part.quantiles = sent.quantiles;
}

/** Adds what happened since the report before. @returns whether it changed something */
export function applyDelta(store: MergeStore, part: Part, { sent, came }: SentNow): boolean {
  if (isRepeatedDelta(part.stamp, came)) return false;
  const values = atPartBounds(part, sent);
  if (part.stamp.isDelta) {
    addOnto(part.values, values);
    part.exponential = sumOf(part.exponential, sent.exponential);
  } else {
    store.startOver(part);
    part.values = values;
    part.exponential = sent.exponential;
  }
  part.stamp = came;
  return true;
}

/** A gauge, or a sum that may fall. @returns whether it changed something */
export function applyGauge(part: Part, value: number, came: Stamp): boolean {
  if (came.isDelta) {
    if (isRepeatedDelta(part.stamp, came)) return false;
    part.values = [(part.values[0] ?? 0) + value];
  } else {
    if (came.time !== 0n && came.time < part.stamp.time) return false;
    part.values = [value];
  }
  part.stamp = came;
  return true;
}

function atPartBounds({ series, values: before }: Part, { values, bounds }: SentValue): number[] {
  return series.family.type === 'histogram' && values.length !== before.length
    ? toCoarser(values, bounds, series.bounds)
    : values;
}

/** Of a histogram and a summary the sum may fall: values may be negative. */
function checkedOf({ type }: MergedFamily, values: readonly number[]): number {
  if (type === 'histogram') return values.length - 1;
  return 1;
}

function sumOf(a: Exponential | null, b: Exponential | null): Exponential | null {
  return a === null ? b : b === null ? a : addExponentials(a, b);
}
