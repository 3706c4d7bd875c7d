import type { AttachedFamily } from '../../metrics/attached/attached-family.ts';
import { createTurns } from '../../metrics/exposition/turns.ts';
import type { Family } from '../../metrics/family.ts';
import type { ReadableRegistry, RegistryReading } from '../../metrics/registry-reading.ts';
import { AttachedRows } from './attached-rows.ts';
import { FamilyRows } from './family-rows.ts';
import type { FamilySnapshot, Snapshot } from './snapshot.ts';

export interface SnapshotReaderOptions {
  readonly registry: ReadableRegistry;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

// As long as the exposition's: see render.ts.
const sliceMs = 1;
const turns = createTurns();

/** Reads a registry again and again for one reader, telling what changed. */
export class SnapshotReader {
  private readonly registry: ReadableRegistry;
  private readonly now: () => number;
  private families = new Map<Family, FamilyRows>();
  private attached = new Map<string, AttachedRows>();
  private nextId = 0;
  private isWhole = true;
  private isReading = false;

  constructor({ registry, now }: SnapshotReaderOptions) {
    this.registry = registry;
    this.now = now;
  }

  /** The next snapshot tells everything. Not while one is being taken. */
  reset(): void {
    this.families = new Map();
    this.attached = new Map();
    this.isWhole = true;
  }

  /** Runs the collectors first, within the time given; then lets the event loop turn each millisecond. One at a time. */
  async take(collectorTimeoutMs?: number): Promise<Snapshot> {
    const reading = await this.registry.readFamilies(collectorTimeoutMs);
    this.isReading = true;
    try {
      const steps = this.steps(reading);
      await turns.next();
      let sliceStart = performance.now();
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done === true) return step.value;
        if (performance.now() - sliceStart < sliceMs) continue;
        await turns.next();
        sliceStart = performance.now();
      }
    } finally {
      this.isReading = false;
      reading.end();
    }
  }

  /** For a process without another turn: as things are, without collectors and attached registries. */
  takeNow(): Snapshot {
    // What an unfinished read had noted as told was never sent.
    if (this.isReading) this.reset();
    const steps = this.steps({
      families: this.registry.listFamilies(),
      missing: [],
      attached: null,
      onInvalid: () => {},
    });
    for (let step = steps.next(); ; step = steps.next()) if (step.done === true) return step.value;
  }

  private *steps(
    reading: Pick<RegistryReading, 'families' | 'missing' | 'onInvalid'> & {
      readonly attached: readonly AttachedFamily[] | null;
    },
  ): Generator<void, Snapshot> {
    const { isWhole } = this;
    this.isWhole = false;
    const goneFamilies = this.forget(reading);
    const families: FamilySnapshot[] = [];
    for (const family of reading.families) {
      const rows = this.rowsOf(this.families, family, (id) => new FamilyRows(id));
      const snapshot = yield* rows.read(family);
      if (snapshot !== null) families.push(snapshot);
    }
    for (const family of reading.attached ?? []) {
      const key = `${family.registry}\n${family.type}\n${family.name}`;
      families.push(
        yield* this.rowsOf(this.attached, key, (id) => new AttachedRows(id)).read(family, reading.onInvalid),
      );
      yield;
    }
    return { isWhole, atMs: this.now(), families, goneFamilies };
  }

  private rowsOf<K, R extends FamilyRows | AttachedRows>(known: Map<K, R>, key: K, make: (id: number) => R): R {
    const rows = known.get(key);
    if (rows !== undefined) return rows;
    const made = make(this.nextId++);
    known.set(key, made);
    return made;
  }

  /** Metrics that were taken out. One whose collector failed is still there. */
  private forget({ families, missing }: Pick<RegistryReading, 'families' | 'missing'>): readonly number[] {
    const kept = new Set([...families, ...missing]);
    const gone: number[] = [];
    for (const [family, rows] of this.families) {
      if (kept.has(family)) continue;
      this.families.delete(family);
      gone.push(rows.id);
    }
    return gone;
  }
}
