import type { Cells } from './cells.ts';
import { LabelDictionary } from './label-dictionary.ts';
import type { LabelSpecs } from './label-specs.ts';

/** Label values as they arrive at run time, where types no longer hold. */
export type RawLabels = Readonly<Record<string, unknown>>;

type Branch = Map<unknown, Branch | number>;

export type LabelProblem =
  | {
      readonly kind: 'series_overflow' | 'value_invalid' | 'label_missing';
      readonly label: string;
      readonly example: string;
    }
  | { readonly kind: 'label_undeclared'; readonly label: string };

/**
 * From label values to the number of a series ("slot"), by one map per label, nested in declared order.
 * Values are never joined into one key, so no choice of characters can make two label sets meet.
 */
export class SeriesTable {
  readonly names: readonly string[];
  private readonly dictionaries: readonly LabelDictionary[];
  private readonly cells: Cells;
  private readonly onProblem: (problem: LabelProblem) => void;
  private readonly root: Branch = new Map();
  private single = -1;
  private slots = 0;
  private readonly free: number[] = [];
  /** Dictionary numbers, one per label and slot. */
  private ids = new Uint32Array(0);
  /** Odd while the slot is in use; moves on when it is given up, so that a kept handle notices. */
  private generations = new Uint32Array(0);

  constructor(specs: LabelSpecs, cells: Cells, onProblem: (problem: LabelProblem) => void) {
    this.names = Object.keys(specs);
    this.dictionaries = Object.entries(specs).map(([name, spec]) => new LabelDictionary(name, spec));
    this.cells = cells;
    this.onProblem = onProblem;
  }

  /** Slots ever used; some may be free. */
  get size(): number {
    return this.slots;
  }

  isLive(slot: number): boolean {
    return (this.generationOf(slot) & 1) === 1;
  }

  generationOf(slot: number): number {
    return this.generations[slot] ?? 0;
  }

  /** The slot of these labels, made when new. The common case is one map lookup per label and nothing else. */
  slotOf(labels: RawLabels): number {
    let node: Branch | number | undefined = this.root;
    for (const name of this.names) {
      node = (node as Branch).get(labels[name]);
      if (node === undefined) return this.slotOfUnseen(labels);
    }
    return typeof node === 'number' ? node : this.singleSlot();
  }

  /** The slot of these labels if it exists, else -1. */
  peek(labels: RawLabels): number {
    let node: Branch | number | undefined = this.root;
    if (this.names.length === 0) return this.single;
    for (const [i, name] of this.names.entries()) {
      node = (node as Branch).get(this.dictionaries[i]?.admit(ownValue(labels, name)).value);
      if (node === undefined) return -1;
    }
    return node as number;
  }

  release(slot: number): void {
    if (!this.isLive(slot)) return;
    this.forget(slot);
    for (const [i, dictionary] of this.dictionaries.entries()) dictionary.release(this.idOf(slot, i));
    this.generations[slot] = this.generationOf(slot) + 1;
    this.cells.clear(slot);
    this.free.push(slot);
  }

  /** `a="x",b="y"`, escaped; empty without labels. */
  textOf(slot: number): string {
    const { dictionaries } = this;
    let text = '';
    for (let i = 0; i < dictionaries.length; i++) {
      const part = (dictionaries[i] as LabelDictionary).textOf(this.idOf(slot, i));
      text = i === 0 ? part : `${text},${part}`;
    }
    return text;
  }

  labelsOf(slot: number): Readonly<Record<string, string>> {
    return Object.fromEntries(this.dictionaries.map((d, i) => [d.label, d.valueOf(this.idOf(slot, i))]));
  }

  private idOf(slot: number, label: number): number {
    return this.ids[slot * this.names.length + label] ?? 0;
  }

  private singleSlot(): number {
    if (this.single < 0) this.single = this.allocate([]);
    return this.single;
  }

  private slotOfUnseen(labels: RawLabels): number {
    const values = this.dictionaries.map((dictionary) => this.admit(dictionary, ownValue(labels, dictionary.label)));
    let branch = this.root;
    for (const value of values.slice(0, -1)) {
      const next = branch.get(value);
      if (next instanceof Map) branch = next;
      else {
        const made: Branch = new Map();
        branch.set(value, made);
        branch = made;
      }
    }
    const last = values.at(-1);
    const known = branch.get(last);
    if (typeof known === 'number') return known;
    this.reportUndeclared(labels);
    const slot = this.allocate(values);
    branch.set(last, slot);
    return slot;
  }

  private admit(dictionary: LabelDictionary, raw: unknown): string {
    const admission = dictionary.admit(raw);
    if (admission.outcome !== 'admitted') {
      this.onProblem({ kind: problemOf[admission.outcome], label: dictionary.label, example: admission.example });
    }
    return admission.value;
  }

  private reportUndeclared(labels: RawLabels): void {
    const given = Object.keys(labels);
    if (given.length === 0) return;
    const label = given.find((name) => !this.names.includes(name));
    if (label !== undefined) this.onProblem({ kind: 'label_undeclared', label });
  }

  private allocate(values: readonly string[]): number {
    const slot = this.free.pop() ?? this.slots;
    if (slot === this.slots) {
      this.slots += 1;
      this.reserve(this.slots);
    }
    for (const [i, dictionary] of this.dictionaries.entries()) {
      this.ids[slot * this.names.length + i] = dictionary.acquire(values[i] ?? '');
    }
    this.generations[slot] = this.generationOf(slot) + 1;
    return slot;
  }

  private reserve(slots: number): void {
    this.cells.reserve(slots);
    if (slots <= this.generations.length) return;
    const room = Math.max(4, slots, this.generations.length * 2);
    const generations = new Uint32Array(room);
    generations.set(this.generations);
    this.generations = generations;
    const ids = new Uint32Array(room * this.names.length);
    ids.set(this.ids);
    this.ids = ids;
  }

  /** Takes the slot out of the maps, and maps that became empty with it. */
  private forget(slot: number): void {
    if (this.names.length === 0) {
      this.single = -1;
      return;
    }
    const values = this.dictionaries.map((dictionary, i) => dictionary.valueOf(this.idOf(slot, i)));
    const path: Branch[] = [this.root];
    for (const value of values.slice(0, -1)) {
      const next = path.at(-1)?.get(value);
      if (next instanceof Map) path.push(next);
    }
    for (let depth = values.length - 1; depth >= 0; depth--) {
      const branch = path[depth];
      branch?.delete(values[depth]);
      if (branch === undefined || branch.size > 0) return;
    }
  }
}

const problemOf = { overflow: 'series_overflow', invalid: 'value_invalid', missing: 'label_missing' } as const;

/** A label named like a method every object inherits (`constructor`) must not find that method. */
function ownValue(labels: RawLabels, name: string): unknown {
  const value = labels[name];
  return typeof value === 'function' && !Object.hasOwn(labels, name) ? undefined : value;
}
