/** What delivery knows of time: a clock that only runs forward, so that a corrected system clock moves nothing. */
export interface PipelineClock {
  /** Milliseconds since some moment. */
  elapsed(): number;
  /**
   * Runs the task later; what is returned calls it off. Waiting keeps no process alive that has nothing else to do, unless
   * somebody waits for the task (`awaited`).
   */
  after(delayMs: number, task: () => void, awaited?: 'awaited'): () => void;
  /** Lets everything else in the process have a turn. */
  turn(): Promise<void>;
}

// What Node's timers take; one that waits longer would fire at once.
const longestDelayMs = 2_147_483_647;

/** @param outside runs a task outside of whatever request or span it was scheduled in */
export function createPipelineClock(outside: (task: () => void) => void): PipelineClock {
  return {
    elapsed: () => performance.now(),
    after(delayMs, task, awaited) {
      const timer = setTimeout(() => outside(task), Math.min(longestDelayMs, Math.ceil(delayMs)));
      if (awaited === undefined) timer.unref();
      return () => clearTimeout(timer);
    },
    turn: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

/** Whether `work` settled in time; its rejection counts as settled. */
export async function settlesWithin(work: Promise<unknown>, budgetMs: number, clock: PipelineClock): Promise<boolean> {
  let cancel: (() => void) | undefined;
  const limit = new Promise<boolean>((resolve) => {
    cancel = clock.after(Math.max(0, budgetMs), () => resolve(false), 'awaited');
  });
  const settled = work.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, limit]);
  } finally {
    cancel?.();
  }
}
