// Looked through for ranges nobody is in any more once there are this many.
const manyRanges = 64;

/**
 * Since when each series of one metric counts. Series are born in order and never twice, so it is enough to know which
 * were born between two reads: those count since the first of the two, which is never too late. A handful of numbers for
 * any number of series, and none for a metric whose series were all there at the first read.
 */
export class SeriesStarts {
  /** The youngest of each range, ascending; the series after it up to the next belong to the next range. */
  private youngest: number[] = [];
  private times: bigint[] = [];
  private inUse: boolean[] = [];

  /** All that were born since the last call, up to `youngest`, count since `startNano`. */
  add(youngest: number, startNano: bigint): void {
    if (youngest <= (this.youngest.at(-1) ?? 0)) return;
    if (this.youngest.length >= manyRanges) this.prune();
    this.youngest.push(youngest);
    this.times.push(startNano);
    this.inUse.push(false);
  }

  of(birth: number): bigint {
    let range = this.youngest.length - 1;
    while (range > 0 && birth <= (this.youngest[range - 1] as number)) range -= 1;
    this.inUse[range] = true;
    return this.times[range] ?? 0n;
  }

  /** The ranges nobody asked about since the last time; a birth between two that stay is of nobody. */
  private prune(): void {
    const kept = (_: unknown, i: number) => this.inUse[i] === true;
    this.youngest = this.youngest.filter(kept);
    this.times = this.times.filter(kept);
    this.inUse = this.youngest.map(() => false);
  }
}
