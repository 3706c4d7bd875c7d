import type { Family } from '../family.ts';
import type { AttachedFamily, AttachedType } from './attached-family.ts';

// Names that OpenMetrics reserves beside a family's own, by its type.
const reserved: Readonly<Record<AttachedType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [],
  unknown: [],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['_sum', '_count', '_created'],
};

/** Every name that only this family may use, in either format. */
export function claimedNames(name: string, type: AttachedType): readonly string[] {
  const base = type === 'counter' ? name.replace(/_total$/, '') : name;
  return [...new Set([name, base, ...reserved[type].map((suffix) => base + suffix)])];
}

/**
 * The attached families that can stand beside ours. A name of ours is never theirs. A counter that clashes with another
 * attached metric only by the names OpenMetrics reserves for counters goes without a type there; else the first stays.
 */
export function withoutClashes(
  ours: readonly Family[],
  attached: readonly AttachedFamily[],
): { readonly shown: readonly AttachedFamily[]; readonly clashing: readonly AttachedFamily[] } {
  const taken = new Set(ours.flatMap(({ meta, type }) => claimedNames(meta.name, type)));
  const shown: AttachedFamily[] = [];
  const clashing: AttachedFamily[] = [];
  for (const family of attached) {
    const choices: readonly AttachedFamily[] =
      family.type === 'counter' ? [family, { ...family, openMetricsType: 'unknown' }] : [family];
    const choice = choices.find((one) => claimedNames(one.name, one.openMetricsType).every((name) => !taken.has(name)));
    if (choice === undefined) {
      clashing.push(family);
      continue;
    }
    for (const name of claimedNames(choice.name, choice.openMetricsType)) taken.add(name);
    shown.push(choice);
  }
  return { shown, clashing };
}
