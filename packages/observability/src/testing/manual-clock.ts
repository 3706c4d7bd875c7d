/** A clock that stands still until a test moves it. */
export interface ManualClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Moves forward and wakes every sleeper whose time has come, in order; resolves when what they started has settled. */
  advance(durationMs: number): Promise<void>;
  /** Resolves once the clock has moved so far. */
  sleep(durationMs: number): Promise<void>;
}

/** @param startMs epoch milliseconds; the default is 2025-01-01T00:00:00Z */
export function createManualClock(startMs: number = Date.UTC(2025, 0, 1)): ManualClock {
  let nowMs = startMs;
  let sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];
  return {
    now: () => nowMs,
    sleep: (durationMs) =>
      new Promise((wake) => {
        if (durationMs <= 0) wake();
        else sleepers.push({ atMs: nowMs + durationMs, wake });
      }),
    async advance(durationMs) {
      const endMs = nowMs + durationMs;
      for (let next = earliest(sleepers, endMs); next !== undefined; next = earliest(sleepers, endMs)) {
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
        await settled();
      }
      nowMs = endMs;
      await settled();
    },
  };
}

function earliest<T extends { readonly atMs: number }>(sleepers: readonly T[], endMs: number): T | undefined {
  let first: T | undefined;
  for (const sleeper of sleepers) {
    if (sleeper.atMs <= endMs && (first === undefined || sleeper.atMs < first.atMs)) first = sleeper;
  }
  return first;
}

/** A turn of the event loop runs every promise callback that is due. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
