/** The span of time one read tells of. */
export interface ReadWindow {
  /** The read before, or the start of the process: what is new since then began no earlier. */
  readonly previousNano: bigint;
  readonly timeNano: bigint;
  /** Exemplars up to this time were told of before; epoch milliseconds. */
  readonly previousMs: number;
}

/**
 * Times of reads. Each is later than the one before, also when the clock was set back: receivers refuse a value that is
 * older than the last one of its series, and would do so until the clock has caught up.
 */
export class ReadClock {
  private readonly now: () => number;
  private lastMs: number;
  private previousMs = Number.NEGATIVE_INFINITY;

  constructor(now: () => number, startedAtMs: number) {
    this.now = now;
    this.lastMs = Math.floor(startedAtMs);
  }

  next(): ReadWindow {
    const { lastMs, previousMs } = this;
    const nowMs = this.now();
    this.lastMs = Math.max(lastMs + 1, Number.isFinite(nowMs) ? Math.floor(nowMs) : 0);
    this.previousMs = this.lastMs;
    return { previousNano: toNano(lastMs), timeNano: toNano(this.lastMs), previousMs };
  }
}

/** Epoch nanoseconds of epoch milliseconds. */
export function toNano(ms: number): bigint {
  return BigInt(Math.round(ms)) * 1_000_000n;
}
