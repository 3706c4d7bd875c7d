/** So many requests within so long. */
export interface RateWindow {
  readonly requests: number;
  readonly perMs: number;
}

export interface RateWindows {
  /** Counts a request, or says in how many seconds there is room again. A refused request is not counted. */
  take(nowMs: number): { readonly isAllowed: true } | { readonly isAllowed: false; readonly retryAfterSeconds: number };
}

/** A sliding log per window: exact, and never longer than the window allows. */
export function createRateWindows(windows: readonly RateWindow[]): RateWindows {
  const logs = windows.map((window) => ({ window, takenAtMs: [] as number[] }));
  return {
    take: (nowMs) => {
      for (const { window, takenAtMs } of logs) {
        while (takenAtMs[0] !== undefined && takenAtMs[0] <= nowMs - window.perMs) takenAtMs.shift();
      }
      const waits = logs.map(({ window, takenAtMs }) => {
        const [oldest] = takenAtMs;
        return oldest === undefined || takenAtMs.length < window.requests ? 0 : oldest + window.perMs - nowMs;
      });
      const waitMs = Math.max(0, ...waits);
      if (waitMs > 0) return { isAllowed: false, retryAfterSeconds: Math.ceil(waitMs / 1000) };
      for (const { takenAtMs } of logs) takenAtMs.push(nowMs);
      return { isAllowed: true };
    },
  };
}
