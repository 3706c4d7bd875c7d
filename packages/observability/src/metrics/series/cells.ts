const firstSlots = 4;

/** How many to make room for when this many are needed: half as many again as there is room for, at least a few. */
export function toRoom(needed: number, room: number): number {
  return Math.max(needed, firstSlots, room + (room >> 1));
}

/**
 * Numbers of all series of one metric, `stride` of them per series, in one array that grows by half when full.
 */
export class Cells {
  values: Float64Array = new Float64Array(0);
  stride: number;
  /**
   * Grows whenever another array takes the place of `values` and whenever a series goes: whoever keeps the array, or
   * the place of a series in it, has to look again.
   */
  version = 0;

  constructor(stride: number) {
    this.stride = stride;
  }

  /** Room for this many series. */
  reserve(slots: number): void {
    const room = this.values.length / this.stride;
    if (slots <= room) return;
    // A metric without labels never has more than the one.
    const grown = new Float64Array((slots === 1 ? 1 : toRoom(slots, room)) * this.stride);
    grown.set(this.values);
    this.values = grown;
    this.version += 1;
  }

  /** Another number of cells per series; what was recorded is dropped. */
  restride(stride: number): void {
    const slots = this.values.length / this.stride;
    this.stride = stride;
    this.values = new Float64Array(slots * stride);
    this.version += 1;
  }

  clear(slot: number): void {
    this.values.fill(0, slot * this.stride, (slot + 1) * this.stride);
    this.version += 1;
  }
}
