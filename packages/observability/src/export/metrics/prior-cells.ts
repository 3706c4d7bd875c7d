import { overflowValue } from '../../metrics/label-specs.ts';
import type { SeriesTable } from '../../metrics/series/series-table.ts';

/**
 * What the cells of one metric held at the read before, by slot: what delta temporality takes from what they hold now.
 * Twelve bytes for a series of one cell.
 */
export class PriorCells {
  readonly stride: number;
  private births = new Uint32Array(0);
  private values = new Float64Array(0);

  constructor(stride: number) {
    this.stride = stride;
  }

  /**
   * The series that expired went on in the one of `__other__`, so what was told of them was told of that one: without
   * this, it would be told twice. Call it before each read.
   * @param onGone what else of the slot goes on there
   */
  fold(series: SeriesTable, onGone: (from: number, into: number) => void = () => {}): void {
    this.reserve(series.size);
    const gone: number[] = [];
    for (let slot = 0; slot < this.births.length; slot++) {
      if (this.births[slot] !== 0 && this.births[slot] !== series.birthOf(slot)) gone.push(slot);
    }
    if (gone.length === 0) return;
    const other = series.peek(Object.fromEntries(series.names.map((name) => [name, overflowValue])));
    const amounts = this.takeOut(gone, (slot) => onGone(slot, other));
    if (other < 0) return;
    const into = this.at(other, series.birthOf(other));
    for (let cell = 0; cell < this.stride; cell++) {
      this.values[into + cell] = (this.values[into + cell] as number) + (amounts[cell] as number);
    }
  }

  private takeOut(slots: readonly number[], onGone: (slot: number) => void): Float64Array {
    const { stride, values } = this;
    const amounts = new Float64Array(stride);
    for (const slot of slots) {
      for (let cell = 0; cell < stride; cell++) {
        amounts[cell] = (amounts[cell] as number) + (values[slot * stride + cell] as number);
      }
      values.fill(0, slot * stride, (slot + 1) * stride);
      this.births[slot] = 0;
      onGone(slot);
    }
    return amounts;
  }

  /** How much cell number `cell` of the series has grown since the read before, to which this one is then the one before. */
  advance(first: number, cell: number, value: number): number {
    const before = this.values[first + cell] as number;
    this.values[first + cell] = value;
    return value - before;
  }

  /** Where the cells of a series begin; all 0 for one that was not there before. */
  at(slot: number, birth: number): number {
    this.births[slot] = birth;
    return slot * this.stride;
  }

  private reserve(slots: number): void {
    if (slots <= this.births.length) return;
    const room = Math.max(slots, this.births.length * 2);
    const births = new Uint32Array(room);
    births.set(this.births);
    this.births = births;
    const values = new Float64Array(room * this.stride);
    values.set(this.values);
    this.values = values;
  }
}
