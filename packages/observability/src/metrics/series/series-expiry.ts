import type { SeriesTable } from './series-table.ts';

/** A metric whose series can be taken out when nobody has touched them for long. */
export interface ExpiringSeries {
  readonly series: SeriesTable;
  /** A number that changes with every sample of the series. */
  touchesOf(slot: number): number;
  /** False for the series that takes up the amounts of those that go. */
  canExpire(slot: number): boolean;
  /** Takes the series out; what only ever grows goes on in the series of `__other__`. */
  expire(slot: number): void;
}

/**
 * Since when each series of one metric is untouched. Recording pays nothing for it: what a series holds is compared
 * with what it held at the sweep before, so time is told to the distance between two sweeps, never too early.
 */
export class SeriesExpiry {
  readonly afterMs: number;
  private readonly target: ExpiringSeries;
  /** Three numbers a slot: which series was seen in it, its touches then, and when they last changed. */
  private seen = new Float64Array(0);

  constructor(target: ExpiringSeries, afterMs: number) {
    this.target = target;
    this.afterMs = afterMs;
  }

  /** Expires at most `budget` series, the rest is left for the next sweep. @returns how many went */
  sweep(nowMs: number, budget: number): number {
    const { target } = this;
    const { series } = target;
    // Without those that the folding below may add.
    const { size } = series;
    this.reserve(size);
    let gone = 0;
    for (let slot = 0; slot < size && gone < budget; slot++) {
      if (!series.isLive(slot) || this.noticeTouch(slot, nowMs) || !target.canExpire(slot)) continue;
      if (nowMs - (this.seen[slot * 3 + 2] as number) < this.afterMs) continue;
      target.expire(slot);
      gone += 1;
    }
    // What comes back from here on is shown at the next scrape: a series that was 5 must be seen gone before it is 1.
    series.hideYounger();
    return gone;
  }

  private noticeTouch(slot: number, nowMs: number): boolean {
    const { seen } = this;
    const birth = this.target.series.birthOf(slot);
    const touches = this.target.touchesOf(slot);
    const isTouched = seen[slot * 3] !== birth || seen[slot * 3 + 1] !== touches;
    if (isTouched) {
      seen[slot * 3] = birth;
      seen[slot * 3 + 1] = touches;
      seen[slot * 3 + 2] = nowMs;
    }
    return isTouched;
  }

  private reserve(slots: number): void {
    if (slots * 3 <= this.seen.length) return;
    const grown = new Float64Array(Math.max(slots * 3, this.seen.length * 2));
    grown.set(this.seen);
    this.seen = grown;
  }
}
