import type { Exemplar } from '../../metrics/exemplars.ts';
import type { Family } from '../../metrics/family.ts';
import { nativeSnapshot } from '../../metrics/native/native-snapshot.ts';
import type { Exponential } from '../store/exponential.ts';
import type { ExemplarSnapshot, FamilyFactsSnapshot, FamilySnapshot } from './snapshot.ts';

// Between two stops lie some 50 microseconds of work.
const rowsPerStep = 256;

const idPattern = /^[0-9a-f]{1,32}$/;

/** What is remembered of one metric of the engine, to tell only what changed. */
export class FamilyRows {
  readonly id: number;
  private isTold = false;
  private births = new Uint32Array(0);
  private last = new Float64Array(0);

  constructor(id: number) {
    this.id = id;
  }

  /** Null when nothing changed. Stops every few rows; what is born meanwhile is left for the next time. */
  *read(family: Family): Generator<void, FamilySnapshot | null> {
    const { series, cells } = family;
    const rows = new Rows();
    const { size, youngest } = series;
    const { stride } = cells;
    this.makeRoom(size, stride);
    for (let slot = 0; slot < size; slot++) {
      if (slot % rowsPerStep === rowsPerStep - 1) yield;
      const birth = series.birthOf(slot);
      if (birth > youngest) continue;
      const known = this.births[slot] ?? 0;
      if (known !== birth) {
        if (known !== 0) rows.gone.push(slot);
        if (birth !== 0) rows.bear(slot, toSortedText(family, slot));
        this.births[slot] = birth;
      }
      if (birth !== 0 && (this.hasChanged(family, slot) || known !== birth)) this.addRow(family, slot, rows);
    }
    if (this.isTold && rows.isEmpty) return null;
    const facts = this.isTold ? {} : { facts: toFacts(family) };
    this.isTold = true;
    return { ...facts, ...rows.toSnapshot(this.id, family) };
  }

  private makeRoom(size: number, stride: number): void {
    if (size > this.births.length) {
      const births = new Uint32Array(size * 2);
      births.set(this.births);
      this.births = births;
    }
    const cells = this.births.length * stride;
    if (cells === this.last.length) return;
    const last = new Float64Array(cells);
    last.set(this.last.subarray(0, Math.min(cells, this.last.length)));
    this.last = last;
  }

  private hasChanged({ cells }: Family, slot: number): boolean {
    const { stride, values } = cells;
    for (let at = slot * stride; at < (slot + 1) * stride; at++) {
      if (!Object.is(values[at] ?? 0, this.last[at])) return true;
    }
    return false;
  }

  private addRow(family: Family, slot: number, rows: Rows): void {
    const { stride, values } = family.cells;
    rows.slots.push(slot);
    for (let at = slot * stride; at < (slot + 1) * stride; at++) {
      const value = values[at] ?? 0;
      this.last[at] = value;
      rows.values.push(value);
    }
    if (family.type === 'histogram' && family.native !== null) {
      const native = nativeSnapshot(family, slot);
      if (native !== null) rows.exponentials.push([slot, native]);
    }
    if (family.type !== 'gauge') addExemplars(family, slot, rows);
  }
}

/** What is gathered of one metric. */
class Rows {
  readonly gone: number[] = [];
  readonly slots: number[] = [];
  readonly values: number[] = [];
  readonly exponentials: (readonly [number, Exponential])[] = [];
  readonly exemplars: ExemplarSnapshot[] = [];
  private readonly bornSlots: number[] = [];
  private readonly bornTexts: string[] = [];

  get isEmpty(): boolean {
    return this.gone.length === 0 && this.slots.length === 0;
  }

  bear(slot: number, text: string): void {
    this.bornSlots.push(slot);
    this.bornTexts.push(text);
  }

  toSnapshot(id: number, family: Family): FamilySnapshot {
    const { gone, bornSlots, bornTexts, exponentials, exemplars } = this;
    return {
      id,
      bounds: family.type === 'histogram' ? family.bounds : noBounds,
      gone,
      bornSlots,
      bornTexts,
      slots: Uint32Array.from(this.slots),
      values: Float64Array.from(this.values),
      isExponential: family.type === 'histogram' && family.native !== null,
      exponentials,
      quantiles: [],
      exemplars,
    };
  }
}

const noBounds = new Float64Array(0);

function toFacts({ type, meta: { name, help, unit, labels } }: Family): FamilyFactsSnapshot {
  return { name, type, help, unit, labelNames: Object.keys(labels) };
}

/** Names in order, so that a metric declared otherwise elsewhere has the same series. */
function toSortedText({ series }: Family, slot: number): string {
  const { names } = series;
  if (names.length < 2) return series.textOf(slot);
  const parts = names.map((name, label) => `${name}="${series.escapedOf(slot, label)}"`);
  return parts.sort().join(',');
}

function addExemplars(family: Exclude<Family, { type: 'gauge' }>, slot: number, rows: Rows): void {
  const { exemplars, cells } = family;
  if (exemplars === null || exemplars.isEmpty) return;
  for (let cell = slot * cells.stride; cell < (slot + 1) * cells.stride; cell++) {
    const exemplar = exemplars.get(cell);
    if (exemplar !== undefined) addExemplar(exemplar, slot, rows);
  }
}

function addExemplar({ traceId, spanId, value, atMs }: Readonly<Exemplar>, slot: number, rows: Rows): void {
  if (!idPattern.test(traceId) || !idPattern.test(spanId)) return;
  rows.exemplars.push({ slot, text: `trace_id="${traceId}",span_id="${spanId}"`, value, atMs });
}
