import type { MergeRule } from '../merge-settings.ts';

/**
 * How gauges of several processes become one where nothing is configured. Most are amounts (bytes, connections, queue
 * lengths) and add up. These do not; the first pattern that fits decides.
 */
const byName: readonly (readonly [pattern: RegExp, rule: MergeRule])[] = [
  // Always 1; its labels say something.
  [/(^|_)info$/, 'max'],
  // A moment or a duration: added up it is neither. The latest moment, the longest duration.
  [/(^|_)(timestamp_|time_)?seconds$/, 'max'],
  // A share of something: the fullest.
  [/_(ratio|percent|utilization|utilisation)$/, 'max'],
  // Whether, or in which state: the highest of any.
  [/(^|_)(up|state|status|enabled|ready|healthy)$/, 'max'],
  [/_(celsius|temperature)$/, 'max'],
  [/_version$/, 'last'],
];

/** For a gauge, by the name it is shown under. */
export function defaultGaugeRule(name: string): MergeRule {
  return byName.find(([pattern]) => pattern.test(name))?.[1] ?? 'sum';
}
