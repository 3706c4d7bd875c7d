import { type LabelSpecs, overflowValue, type RawLabels } from '../label-specs.ts';
import { type Cells, toRoom } from './cells.ts';
import { LabelDictionary } from './label-dictionary.ts';
import { createSeriesFinder, type FindSeries } from './series-finder.ts';
import { SeriesGuess } from './series-guess.ts';
import { SlotIndex } from './slot-index.ts';

export type LabelProblem =
  | {
      readonly kind: 'series_overflow' | 'value_invalid' | 'label_missing';
      readonly label: string;
      readonly example: string;
    }
  | { readonly kind: 'label_undeclared'; readonly label: string }
  | { readonly kind: 'label_redacted'; readonly label: string };

export interface SeriesTableOptions {
  readonly metric: string;
  readonly labels: LabelSpecs;
  readonly cells: Cells;
  readonly onProblem: (problem: LabelProblem) => void;
}

/**
 * From label values to the number of a series ("slot"): each value to its number in the label's dictionary, the
 * numbers to the slot. Values are never joined into one key, so no choice of characters can make two label sets meet.
 */
export class SeriesTable {
  readonly names: readonly string[];
  /**
   * The hot path: exact values seen before, else -1. Made for the first series, because making it takes 50 microseconds
   * and most metrics of a library are never used. Not to be called before: one call of another function at the same
   * place, and the engine no longer inlines it.
   */
  find: FindSeries = () => -1;
  /** Whether there never was a series. */
  isUnused = true;
  private readonly dictionaries: readonly LabelDictionary[];
  private readonly metric: string;
  private readonly index: SlotIndex;
  private readonly guess: SeriesGuess;
  private readonly cells: Cells;
  private readonly onProblem: (problem: LabelProblem) => void;
  private slots = 0;
  private readonly free: number[] = [];
  /**
   * Which series of this table the slot holds, counted from 1; 0 while free. A kept handle notices by it that its
   * slot was given away, and a slow reader leaves out what was born after it began.
   */
  private births = new Uint32Array(1);
  private lastBirth = 0;
  /** The youngest that may be shown, where that is not simply the last. */
  private shownUpTo: number | null = null;

  constructor({ metric, labels, cells, onProblem }: SeriesTableOptions) {
    this.names = Object.keys(labels);
    this.dictionaries = Object.entries(labels).map(([name, spec]) => new LabelDictionary(name, spec));
    this.index = new SlotIndex(this.names.length);
    this.guess = new SeriesGuess(this.names.length);
    this.metric = metric;
    this.cells = cells;
    this.onProblem = onProblem;
  }

  /** Slots ever used; some may be free. */
  get size(): number {
    return this.slots;
  }

  /** The number of the youngest series to be shown. */
  get youngest(): number {
    return this.shownUpTo ?? this.lastBirth;
  }

  /** What is born from now on is shown only after the next call. */
  hideYounger(): void {
    this.shownUpTo = this.lastBirth;
  }

  isLive(slot: number): boolean {
    return this.birthOf(slot) > 0;
  }

  birthOf(slot: number): number {
    return this.births[slot] ?? 0;
  }

  /** The slot of these labels, made when new. */
  slotOf(labels: RawLabels): number {
    const slot = this.isUnused ? -1 : this.find(labels);
    return slot >= 0 ? slot : this.slotOfUnseen(labels);
  }

  /** The slot of the series whose labels are all `__other__`, made when new. */
  slotOfOther(): number {
    const ids = this.dictionaries.map(({ ids }) => ids.get(overflowValue) ?? -1);
    const slot = ids.includes(-1) ? -1 : this.index.find(ids);
    return slot >= 0 ? slot : this.allocate(this.names.map(() => overflowValue));
  }

  /** Whether another series of this table can take up what this one holds. */
  isFoldable(slot: number): boolean {
    const { index } = this;
    return this.dictionaries.some((dictionary, i) => dictionary.valueOf(index.idOf(slot, i)) !== overflowValue);
  }

  /** The slot of these labels if it exists, else -1. A value beyond its budget has none. */
  peek(labels: RawLabels): number {
    const ids = this.dictionaries.map((dictionary) => dictionary.find(ownValue(labels, dictionary.label)));
    return ids.includes(-1) ? -1 : this.index.find(ids);
  }

  /** Labels to be looked up later, whatever becomes of the object. @throws only what reading them throws */
  copyOf(labels: RawLabels): RawLabels {
    return { ...labels, ...Object.fromEntries(this.names.map((name) => [name, ownValue(labels, name)])) };
  }

  release(slot: number): void {
    if (!this.isLive(slot)) return;
    this.index.remove(slot);
    for (const [i, dictionary] of this.dictionaries.entries()) dictionary.release(this.index.idOf(slot, i));
    this.guess.forget();
    this.births[slot] = 0;
    this.cells.clear(slot);
    this.free.push(slot);
  }

  /** `a="x",b="y"`, escaped; empty without labels. */
  textOf(slot: number): string {
    const { dictionaries, index } = this;
    let text = '';
    for (let i = 0; i < dictionaries.length; i++) {
      const part = (dictionaries[i] as LabelDictionary).textOf(index.idOf(slot, i));
      text = i === 0 ? part : `${text},${part}`;
    }
    return text;
  }

  /** The value of the label at this place in `names`. */
  valueOf(slot: number, label: number): string {
    return (this.dictionaries[label] as LabelDictionary).valueOf(this.index.idOf(slot, label));
  }

  /** The value of the label at this place in `names`, escaped for output. */
  escapedOf(slot: number, label: number): string {
    return (this.dictionaries[label] as LabelDictionary).escapedOf(this.index.idOf(slot, label));
  }

  labelsOf(slot: number): Readonly<Record<string, string>> {
    return Object.fromEntries(this.dictionaries.map((d, i) => [d.label, d.valueOf(this.index.idOf(slot, i))]));
  }

  /** The slot of labels that `find` does not know, made when new. */
  slotOfUnseen(labels: RawLabels): number {
    const values = this.dictionaries.map((dictionary) => this.admit(dictionary, ownValue(labels, dictionary.label)));
    const known = this.dictionaries.map((dictionary, i) => dictionary.ids.get(values[i]) ?? -1);
    const slot = known.includes(-1) ? -1 : this.index.find(known);
    if (slot >= 0) return slot;
    this.reportUndeclared(labels);
    return this.allocate(values);
  }

  private admit(dictionary: LabelDictionary, raw: unknown): string {
    const admission = dictionary.admit(raw);
    if (admission.outcome !== 'admitted') {
      this.onProblem({ kind: problemOf[admission.outcome], label: dictionary.label, example: admission.example });
    } else if (admission.redacted) {
      this.onProblem({ kind: 'label_redacted', label: dictionary.label });
    }
    return admission.value;
  }

  private reportUndeclared(labels: RawLabels): void {
    const label = Object.keys(labels).find((name) => !this.names.includes(name));
    if (label !== undefined) this.onProblem({ kind: 'label_undeclared', label });
  }

  private allocate(values: readonly string[]): number {
    if (this.isUnused) {
      const { metric, dictionaries, index, guess } = this;
      this.find = createSeriesFinder({ metric, dictionaries, index, guess });
      this.isUnused = false;
    }
    const slot = this.free.pop() ?? this.slots;
    if (slot === this.slots) {
      this.slots += 1;
      this.reserve(this.slots);
    }
    this.index.insert(
      slot,
      this.dictionaries.map((dictionary, i) => dictionary.acquire(values[i] ?? '')),
    );
    this.lastBirth += 1;
    this.births[slot] = this.lastBirth;
    return slot;
  }

  private reserve(slots: number): void {
    this.cells.reserve(slots);
    this.guess.reserve(slots);
    if (slots <= this.births.length) return;
    const births = new Uint32Array(toRoom(slots, this.births.length));
    births.set(this.births);
    this.births = births;
  }
}

const problemOf = { overflow: 'series_overflow', invalid: 'value_invalid', missing: 'label_missing' } as const;

/** A label named like a method every object inherits (`constructor`) must not find that method. */
function ownValue(labels: RawLabels, name: string): unknown {
  const value = labels[name];
  return typeof value === 'function' && !Object.hasOwn(labels, name) ? undefined : value;
}
