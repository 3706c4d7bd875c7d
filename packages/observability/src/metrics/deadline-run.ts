/** How a wait for a run ended. `overdue`: it still runs. */
export type RunOutcome<T> =
  | { readonly result: 'done'; readonly value: T; readonly durationMs: number }
  | { readonly result: 'failed'; readonly error: unknown; readonly durationMs: number }
  | { readonly result: 'overdue'; readonly durationMs: number };

// A longer delay would be taken by Node as none at all.
const maxTimerMs = 2 ** 31 - 1;

/**
 * Foreign code that several may wait for, each with a deadline of their own. A run still going when the next one
 * asks is joined, never started twice; one that somebody has waited for in vain is not waited for again that long.
 */
export class DeadlineRun<T> {
  /** Of the last run that ended, in time or not. */
  lastDurationMs: number | undefined;
  private readonly task: () => T | Promise<T>;
  private running: Promise<RunOutcome<T>> | null = null;
  private waitedMs = 0;

  constructor(task: () => T | Promise<T>) {
    this.task = task;
  }

  /** Never rejects. `passedMs` of the time allowed are over already. */
  async wait(timeoutMs: number, passedMs = 0): Promise<RunOutcome<T>> {
    if (this.running !== null && timeoutMs <= this.waitedMs) return { result: 'overdue', durationMs: timeoutMs };
    const running = this.join();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<RunOutcome<T>>((resolve) => {
      timer = setTimeout(
        () => {
          if (this.running === running) this.waitedMs = Math.max(this.waitedMs, timeoutMs);
          resolve({ result: 'overdue', durationMs: timeoutMs });
        },
        Math.min(Math.max(0, timeoutMs - passedMs), maxTimerMs),
      );
    });
    try {
      return await Promise.race([running, deadline]);
    } finally {
      clearTimeout(timer);
    }
  }

  private join(): Promise<RunOutcome<T>> {
    if (this.running !== null) return this.running;
    const running = measure(this.task);
    this.running = running;
    this.waitedMs = 0;
    void running.then(({ durationMs }) => {
      this.running = null;
      this.lastDurationMs = durationMs;
    });
    return running;
  }
}

async function measure<T>(task: () => T | Promise<T>): Promise<RunOutcome<T>> {
  const startedAt = performance.now();
  try {
    const value = await task();
    return { result: 'done', value, durationMs: performance.now() - startedAt };
  } catch (error) {
    return { result: 'failed', error, durationMs: performance.now() - startedAt };
  }
}
