import { checkExpiry } from '../declaring/declaration-checks.ts';
import type { Family } from '../family.ts';
import { SeriesExpiry } from './series-expiry.ts';

// A series takes about a microsecond to go, and a scrape must not hold the event loop for more than a few milliseconds.
const maxExpiredAtOnce = 2_000;

/** Which metrics of a registry let series expire, after how long, by declaration or by override. */
export class ExpirySchedule {
  private readonly overrides = new Map<string, number>();
  private readonly byFamily = new Map<Family, SeriesExpiry>();

  add(family: Family): void {
    const afterMs = this.overrides.get(family.meta.name) ?? family.meta.expireAfterMs;
    if (afterMs !== undefined) this.set(family, afterMs);
  }

  /** For metrics declared already or later. @throws MetricError OBS_METRIC_EXPIRY_INVALID, before anything is changed */
  override(byName: Readonly<Record<string, number>>, find: (name: string) => Family | undefined): void {
    for (const [name, afterMs] of Object.entries(byName)) checkExpiry(name, afterMs);
    for (const [name, afterMs] of Object.entries(byName)) {
      this.overrides.set(name, afterMs);
      const family = find(name);
      if (family !== undefined) this.set(family, afterMs);
    }
  }

  remove(family: Family | undefined): void {
    if (family !== undefined) this.byFamily.delete(family);
  }

  has(family: Family): boolean {
    return this.byFamily.has(family);
  }

  sweep(nowMs: number): void {
    let budget = maxExpiredAtOnce;
    for (const [family, expiry] of [...this.byFamily]) {
      const gone = expiry.sweep(nowMs, budget);
      budget -= gone;
      if (gone === 0 || budget > 0) continue;
      // It may have more to go than fits; next time the others come first.
      this.byFamily.delete(family);
      this.byFamily.set(family, expiry);
    }
  }

  private set(family: Family, afterMs: number): void {
    if (family.type === 'gauge') family.startCountingWrites();
    this.byFamily.set(family, new SeriesExpiry(family, afterMs));
  }
}
