const firstSlots = 4;

/**
 * Numbers of all series of one metric, `stride` of them per series, in one array that doubles when full. Whoever
 * keeps `values` is told by `onMove` when another array takes its place.
 */
export class Cells {
  values = new Float64Array(0);
  stride: number;
  private readonly onMove: () => void;

  constructor(stride: number, onMove: () => void = () => {}) {
    this.stride = stride;
    this.onMove = onMove;
  }

  /** Room for this many series. */
  reserve(slots: number): void {
    const needed = slots * this.stride;
    if (needed <= this.values.length) return;
    // A metric without labels never has more than the one.
    const room = slots === 1 ? 1 : Math.max(slots, firstSlots);
    const grown = new Float64Array(Math.max(room * this.stride, this.values.length * 2));
    grown.set(this.values);
    this.values = grown;
    this.onMove();
  }

  /** Another number of cells per series; what was recorded is dropped. */
  restride(stride: number): void {
    const slots = this.values.length / this.stride;
    this.stride = stride;
    this.values = new Float64Array(slots * stride);
    this.onMove();
  }

  clear(slot: number): void {
    this.values.fill(0, slot * this.stride, (slot + 1) * this.stride);
  }
}
