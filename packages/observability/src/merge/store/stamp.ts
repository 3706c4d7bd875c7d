/**
 * When a value holds. One object serves all points of an update that say the same, and a source that sends everything each
 * time moves a single one along.
 */
export interface Stamp {
  /** Epoch nanoseconds since when the value counts; 0n when unknown. */
  start: bigint;
  /** Epoch nanoseconds of the value; 0n when unknown. */
  time: bigint;
  /** When it came here, by our clock. */
  seenMs: number;
  isDelta: boolean;
}

/** How a cumulative value that came stands to the one that is known. */
export type Succession = 'next' | 'older' | 'restarted';

export interface SuccessionOptions {
  readonly known: Stamp;
  readonly came: Stamp;
  /** Some count is lower than before. */
  readonly falls: boolean;
  /** All counts are as before. */
  readonly isEqual: boolean;
  /** After this long without news an older clock is believed: it was set back. */
  readonly patienceMs: number;
}

/**
 * Later values of the same start follow; another start, or a count that fell, is a new life. What is older by its times is
 * a duplicate or came late, whatever it says: added as a new life it would count twice.
 */
export function toSuccession({ known, came, falls, isEqual, patienceMs }: SuccessionOptions): Succession {
  const isStarted = known.start !== 0n && came.start !== 0n;
  const isOtherLife = (isStarted && known.start !== came.start) || known.isDelta !== came.isDelta || falls;
  if (came.seenMs - known.seenMs <= patienceMs) {
    if (isStarted && came.start < known.start) return 'older';
    if (known.time !== 0n && came.time !== 0n) {
      if (came.time < known.time) return 'older';
      if (came.time === known.time && (falls || isEqual)) return 'older';
    }
  }
  return isOtherLife ? 'restarted' : 'next';
}

/** Whether a delta covers what was added already: the same report again, or one that ended before it began. */
export function isRepeatedDelta(known: Stamp, came: Stamp): boolean {
  return known.isDelta && came.time !== 0n && came.time === known.time && came.start === known.start;
}
