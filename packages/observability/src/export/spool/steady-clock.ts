/** Time as the spool counts it: forward, and never by jumps. */
export interface SteadyClock {
  /** Milliseconds since some moment. */
  steadyMs(): number;
  /** The same scale, for a time that was recorded by the wall clock, perhaps in another process. */
  fromEpochMs(epochMs: number): number;
  /** Whether a recorded time may be held against the wall clock yet. */
  isSettled(): boolean;
}

/** A machine without a battery starts in 1970 or wherever, and is corrected within this time or late. */
const settlingMs = 60_000;

/**
 * What this process wrote ages by a clock that cannot jump. What earlier processes left is compared with the wall clock:
 * not before the process has run for a minute, and then with the offset of that minute for ever, so that a jump later
 * on ages nothing.
 */
export function createSteadyClock(nowMs: () => number, steadyMs: () => number): SteadyClock {
  const openedMs = steadyMs();
  let offsetMs = nowMs() - openedMs;
  let settled = false;
  const settle = (): void => {
    if (settled) return;
    offsetMs = nowMs() - steadyMs();
    settled = steadyMs() - openedMs >= settlingMs;
  };
  return {
    steadyMs,
    fromEpochMs(epochMs) {
      settle();
      return epochMs - offsetMs;
    },
    isSettled() {
      settle();
      return settled;
    },
  };
}
