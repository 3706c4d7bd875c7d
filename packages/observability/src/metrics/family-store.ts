import type { DeclarationPlace } from './declaring/declaration-place.ts';
import type { Family } from './family.ts';
import type { MetricMeta } from './metric-meta.ts';

/** A declaration as it was written, defaults filled in: equal text, same metric. */
export type DeclaredFacts = Readonly<Record<string, unknown>>;

interface Entry {
  readonly family: Family;
  readonly facts: DeclaredFacts;
  readonly place: DeclarationPlace;
}

/** What became of a declaration. */
export type Declared =
  | { readonly outcome: 'new' | 'known'; readonly family: Family }
  /** The name, or one its samples would carry, belongs to a metric that was declared otherwise. */
  | { readonly outcome: 'conflict'; readonly first: Entry; readonly differs: readonly string[] };

/** The metrics of a registry by name, in order of declaration. No two of them can produce one sample name. */
export class FamilyStore {
  private readonly byName = new Map<string, Entry>();
  /** Every name a metric's output can contain → the metric. */
  private readonly claims = new Map<string, string>();

  /** The metric declared before with the same text, or the one made now. */
  declare(meta: MetricMeta, { facts, place }: Omit<Entry, 'family'>, make: () => Family): Declared {
    const first = this.firstOf(meta);
    if (first !== undefined) {
      const differs = differences(first.facts, facts);
      return differs.length === 0
        ? { outcome: 'known', family: first.family }
        : { outcome: 'conflict', first, differs };
    }
    const family = make();
    for (const name of claimedNames(meta)) this.claims.set(name, meta.name);
    this.byName.set(meta.name, { family, facts, place });
    return { outcome: 'new', family };
  }

  /** The metric that already has this name, or one of those its samples would carry. */
  private firstOf(meta: MetricMeta): Entry | undefined {
    const owners = [meta.name, ...claimedNames(meta).map((name) => this.claims.get(name))];
    return owners
      .map((name) => (name === undefined ? undefined : this.byName.get(name)))
      .find((entry) => entry !== undefined);
  }

  get(name: string): Family | undefined {
    return this.byName.get(name)?.family;
  }

  /** The metric whose output contains samples of this name, e.g. `x_seconds_count`. */
  ownerOf(sampleName: string): Family | undefined {
    return this.get(this.claims.get(sampleName) ?? sampleName);
  }

  all(): readonly Family[] {
    return [...this.byName.values()].map((entry) => entry.family);
  }

  remove(name: string): boolean {
    const family = this.get(name);
    if (family === undefined) return false;
    for (const claimed of claimedNames(family.meta)) this.claims.delete(claimed);
    return this.byName.delete(name);
  }
}

/** `_created` is not written here, but OpenMetrics keeps it for the family: readers refuse a gauge of that name. */
function claimedNames(meta: MetricMeta): readonly string[] {
  const { name, baseName } = meta;
  if (meta.type === 'counter') return [name, baseName, `${baseName}_created`];
  if (meta.type === 'histogram') {
    return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`, `${name}_created`];
  }
  return [name];
}

function differences(first: DeclaredFacts, second: DeclaredFacts): readonly string[] {
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...keys].filter((key) => toText(first[key]) !== toText(second[key]));
}

/** Labels are chosen by name: their order says nothing. */
function toText(fact: unknown): string | undefined {
  if (typeof fact !== 'object' || fact === null || Array.isArray(fact)) return JSON.stringify(fact);
  return JSON.stringify(Object.entries(fact).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
