import type { MergedSeries, SentValue } from './merged-series.ts';
import { areEqual } from './vectors.ts';

/**
 * The bounds at which a series and what a source sends of it can be added up: those that both have, because the counts of
 * both are exact there. Null where they share none, or count in other ways: there is no sum that is not a guess.
 */
export function commonBounds(series: MergedSeries, { bounds, exponential }: SentValue): readonly number[] | null {
  if (series.family.type !== 'histogram') return series.bounds;
  if (series.isExponential !== (exponential !== null)) return null;
  if (bounds === series.bounds || areEqual(bounds, series.bounds)) return series.bounds;
  const sent = new Set(bounds);
  const common = series.bounds.filter((bound) => sent.has(bound));
  return common.length === 0 ? null : common;
}
