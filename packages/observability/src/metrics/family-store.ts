import type { Family } from './family.ts';
import { MetricError } from './metric-error.ts';
import type { MetricMeta } from './metric-meta.ts';

interface Entry {
  readonly family: Family;
  /** The whole declaration as text: equal text, same metric. */
  readonly fingerprint: string;
}

/** The metrics of a registry by name, in order of declaration. No two of them can produce one sample name. */
export class FamilyStore {
  private readonly byName = new Map<string, Entry>();
  /** Every name a metric's output can contain → the metric. */
  private readonly claims = new Map<string, string>();

  /**
   * The metric declared before with the same text, or the one made now.
   * @throws MetricError OBS_METRIC_CONFLICT when the name, or a name its samples would carry, is taken
   */
  declare(meta: MetricMeta, fingerprint: string, make: () => Family): { family: Family; isNew: boolean } {
    const known = this.byName.get(meta.name);
    if (known?.fingerprint === fingerprint) return { family: known.family, isNew: false };
    if (known !== undefined) throw conflict(meta, known.family.meta.name);
    const claimed = claimedNames(meta);
    for (const name of claimed) {
      const owner = this.claims.get(name);
      if (owner !== undefined) throw conflict(meta, owner);
    }
    const family = make();
    for (const name of claimed) this.claims.set(name, meta.name);
    this.byName.set(meta.name, { family, fingerprint });
    return { family, isNew: true };
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

function claimedNames(meta: MetricMeta): readonly string[] {
  const { name, baseName } = meta;
  if (meta.type === 'counter') return [name, baseName];
  if (meta.type === 'histogram') return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`];
  return [name];
}

function conflict(meta: MetricMeta, owner: string): MetricError {
  return new MetricError({
    kind: 'conflict',
    metric: meta.name,
    expected: 'one declaration per name; repeat it word for word or choose another name',
    came: `a different declaration (name taken by "${owner}")`,
  });
}
