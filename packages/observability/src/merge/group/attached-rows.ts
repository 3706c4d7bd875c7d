import type { AttachedFamily } from '../../metrics/attached/attached-family.ts';
import { AttachedGathering, type AttachedSeries } from '../../metrics/exposition/protobuf/attached-series.ts';
import type { MessageExemplar } from '../../metrics/exposition/protobuf/metric-message.ts';
import { escapeQuoted } from '../../metrics/text-escapes.ts';
import { toLabelText } from '../naming/label-text.ts';
import type { Quantile } from '../store/merged-series.ts';
import { areEqual } from '../store/vectors.ts';
import type { ExemplarSnapshot, FamilySnapshot } from './snapshot.ts';

const valuesPerStep = 64;
// OpenMetrics: names and values of an exemplar together; by the quotes more than needed.
const maxExemplarText = 128;

/** What is remembered of one metric of an attached registry. All of it is told each time: it is read whole anyway. */
export class AttachedRows {
  readonly id: number;
  private isTold = false;
  private slots = new Map<string, number>();
  private nextSlot = 0;

  constructor(id: number) {
    this.id = id;
  }

  *read(family: AttachedFamily, onInvalid: (family: AttachedFamily) => void): Generator<void, FamilySnapshot> {
    const gathering = new AttachedGathering(family);
    let looked = 0;
    for (const value of family.values) {
      if (!gathering.add(value)) onInvalid(family);
      looked += 1;
      if (looked % valuesPerStep === 0) yield;
    }
    const rows = new AttachedVectors(family.type);
    const before = this.slots;
    this.slots = new Map();
    const born = { slots: [] as number[], texts: [] as string[] };
    for (const series of gathering.series.values()) {
      const vector = rows.vectorOf(series);
      if (vector === null) {
        onInvalid(family);
        continue;
      }
      const text = toText(series.labels);
      const known = before.get(text);
      const slot = known ?? this.nextSlot++;
      if (known === undefined) {
        born.slots.push(slot);
        born.texts.push(text);
      }
      this.slots.set(text, slot);
      rows.add(slot, vector, series);
    }
    const gone = [...before].flatMap(([text, slot]) => (this.slots.has(text) ? [] : [slot]));
    const { type, name, help } = family;
    const facts = this.isTold ? {} : { facts: { name, type, help, unit: undefined, labelNames: [] } };
    this.isTold = true;
    return {
      ...facts,
      id: this.id,
      bounds: Float64Array.from(rows.bounds ?? []),
      gone,
      bornSlots: born.slots,
      bornTexts: born.texts,
      slots: Uint32Array.from(rows.slots),
      values: Float64Array.from(rows.values),
      isExponential: false,
      exponentials: [],
      quantiles: rows.quantiles,
      exemplars: rows.exemplars,
    };
  }
}

/** The values of attached series as the vectors of MergedSeries. */
class AttachedVectors {
  readonly slots: number[] = [];
  readonly values: number[] = [];
  readonly quantiles: (readonly [number, readonly Quantile[]])[] = [];
  readonly exemplars: ExemplarSnapshot[] = [];
  /** Of the first series; another one's would be of no use to a reader either. */
  bounds: readonly number[] | null = null;
  private readonly type: AttachedFamily['type'];

  constructor(type: AttachedFamily['type']) {
    this.type = type;
  }

  /** Null for what cannot be added up. */
  vectorOf(series: AttachedSeries): readonly number[] | null {
    if (this.type === 'histogram') return this.histogramOf(series);
    if (this.type === 'summary') {
      const { count = Number.NaN, sum = 0 } = series;
      return count >= 0 && Number.isFinite(sum) ? [count, sum] : null;
    }
    const { value } = series;
    if (value === undefined) return null;
    return this.type !== 'counter' || (value >= 0 && Number.isFinite(value)) ? [value] : null;
  }

  private histogramOf({ bounds, sum = 0, count }: AttachedSeries): readonly number[] | null {
    const sorted = bounds.toSorted((a, b) => a.at - b.at);
    const finite = sorted.filter(({ at }) => Number.isFinite(at));
    const own = finite.map(({ at }) => at);
    this.bounds ??= own;
    if (!areEqual(own, this.bounds)) return null;
    const cumulative = [...finite.map(({ value }) => value), sorted.at(-1)?.value ?? count ?? 0];
    const buckets = cumulative.map((value, i) => value - (cumulative[i - 1] ?? 0));
    return buckets.every((bucket) => bucket >= 0) && Number.isFinite(sum) ? [...buckets, sum] : null;
  }

  add(slot: number, vector: readonly number[], { bounds, exemplar }: AttachedSeries): void {
    this.slots.push(slot);
    for (const value of vector) this.values.push(value);
    if (this.type === 'summary') {
      this.quantiles.push([slot, bounds.map(({ at, value }) => ({ quantile: at, value }))]);
    }
    for (const one of [exemplar, ...bounds.map((bound) => bound.exemplar)])
      if (one !== null) this.addExemplar(slot, one);
  }

  private addExemplar(slot: number, { labels, value, atMs }: MessageExemplar): void {
    const text = toText(labels);
    if (text !== '' && text.length <= maxExemplarText) this.exemplars.push({ slot, text, value, atMs });
  }
}

function toText(labels: readonly (readonly [string, string])[]): string {
  const pairs = labels.map(([name, value]) => [name, escapeQuoted(value)] as const);
  return toLabelText(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
