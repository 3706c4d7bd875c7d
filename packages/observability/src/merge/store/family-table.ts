import { claimedNames } from '../../metrics/attached/claimed-names.ts';
import type { MergeRule } from '../merge-settings.ts';
import { defaultGaugeRule } from './gauge-rules.ts';
import type { MergedFamily, MergedType } from './merged-series.ts';

/** What a sender says of a metric, in the names that are shown. */
export interface FamilyFacts {
  readonly name: string;
  readonly type: MergedType;
  /** A sum that may fall is shown as a gauge and always added up. */
  readonly isSum: boolean;
  readonly help: string;
  readonly unit: string | undefined;
}

export type FamilyFound =
  | { readonly outcome: 'found'; readonly family: MergedFamily }
  | { readonly outcome: 'conflict'; readonly first: MergedFamily }
  | { readonly outcome: 'reserved' };

// Shown of the merge itself.
export const ownFamilyNames: ReadonlySet<string> = new Set(['metrics_source_up', 'target_info']);
const maxHelpLength = 1_024;

/** The metrics that are shown, by name. No two of them can produce one sample name. */
export class FamilyTable {
  private readonly byName = new Map<string, MergedFamily>();
  private readonly claims = new Map<string, MergedFamily>();
  private readonly rules: ReadonlyMap<string, MergeRule>;

  constructor(rules: Readonly<Record<string, MergeRule>>) {
    this.rules = new Map(Object.entries(rules));
  }

  all(): readonly MergedFamily[] {
    return [...this.byName.values()];
  }

  get(name: string): MergedFamily | undefined {
    return this.byName.get(name);
  }

  /** The metric of this name and type; a new one is not kept before its first series: see `keep`. */
  find(facts: FamilyFacts, sourceName: string): FamilyFound {
    const { name, type } = facts;
    if (ownFamilyNames.has(name)) return { outcome: 'reserved' };
    const known = this.byName.get(name);
    if (known !== undefined) {
      return known.type === type ? { outcome: 'found', family: known } : { outcome: 'conflict', first: known };
    }
    const openMetricsType = type === 'counter' && !/._total$/.test(name) ? 'unknown' : type;
    for (const claimed of claimedNames(name, openMetricsType)) {
      // As `target_info_total`, which is `target_info` in OpenMetrics.
      if (ownFamilyNames.has(claimed)) return { outcome: 'reserved' };
      const first = this.claims.get(claimed);
      if (first !== undefined) return { outcome: 'conflict', first };
    }
    return { outcome: 'found', family: this.make(facts, openMetricsType, sourceName) };
  }

  private make(facts: FamilyFacts, openMetricsType: MergedType, firstSource: string): MergedFamily {
    const { name, type, isSum, help, unit } = facts;
    const rule = this.rules.get(name) ?? (isSum ? 'sum' : defaultGaugeRule(name));
    return {
      name,
      baseName: openMetricsType === 'counter' ? name.replace(/_total$/, '') : name,
      type,
      openMetricsType,
      help: help.slice(0, maxHelpLength),
      unit,
      rule,
      series: new Map(),
      firstSource,
    };
  }

  /** Called when it gets its first series. */
  keep(family: MergedFamily): void {
    if (this.byName.has(family.name)) return;
    this.byName.set(family.name, family);
    for (const name of claimedNames(family.name, family.openMetricsType)) this.claims.set(name, family);
  }

  /** Called when its last series is gone. */
  drop(family: MergedFamily): void {
    if (this.byName.get(family.name) !== family) return;
    this.byName.delete(family.name);
    for (const name of claimedNames(family.name, family.openMetricsType)) this.claims.delete(name);
  }

  /** The rule that was configured for a name, if any. */
  ruleOf(name: string): MergeRule | undefined {
    return this.rules.get(name);
  }
}
