const firstSlots = 4;

/**
 * Numbers of all series of one metric, `stride` of them per series, in one array that doubles when full.
 * Handles read `values` through this object each time, so that growth never leaves them an old array.
 */
export class Cells {
  values: Float64Array;
  stride: number;

  constructor(stride: number) {
    this.stride = stride;
    this.values = new Float64Array(0);
  }

  /** Room for this many series. */
  reserve(slots: number): void {
    const needed = slots * this.stride;
    if (needed <= this.values.length) return;
    const grown = new Float64Array(Math.max(needed, this.values.length * 2, firstSlots * this.stride));
    grown.set(this.values);
    this.values = grown;
  }

  /** Another number of cells per series; what was recorded is dropped. */
  restride(stride: number): void {
    const slots = this.values.length / this.stride;
    this.stride = stride;
    this.values = new Float64Array(slots * stride);
  }

  clear(slot: number): void {
    this.values.fill(0, slot * this.stride, (slot + 1) * this.stride);
  }
}
