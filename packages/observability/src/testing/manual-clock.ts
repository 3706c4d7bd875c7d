/** A timer of a manual clock; takes the place of what Node's `setTimeout` returns. */
export interface ManualTimer extends Disposable {
  /** Whether it still waits. */
  readonly isWaiting: boolean;
  /** Without effect: nothing here keeps a process alive. */
  ref(): ManualTimer;
  unref(): ManualTimer;
  hasRef(): boolean;
}

/**
 * A clock that stands still until a test moves it. Its functions may be handed over one by one, in place of `Date.now`,
 * `performance.now` and the timers.
 */
export interface ManualClock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Milliseconds since the clock was made, which `setTime` does not change. */
  readonly elapsed: () => number;
  /**
   * Moves forward and lets everything happen whose time comes, in the order of time, and of its making at the same time;
   * each at its own time, what it starts included. Resolves when what was started has settled, as far as it waits for
   * nothing but promises and turns of the event loop. Rejects with what a timer throws; the clock then stands there.
   */
  readonly advance: (durationMs: number) => Promise<void>;
  /** Advances from timer to timer until none waits. @throws Error when there is no end to it after `limit` timers */
  readonly runAll: (limit?: number) => Promise<void>;
  /** Another time of day, as when a clock is corrected: moves no timer, and may go back. */
  readonly setTime: (epochMs: number) => void;
  /** Resolves once the clock has moved so far; rejects with the signal's reason when that is aborted first. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>;
  readonly setTimeout: <A extends unknown[]>(
    callback: (...args: A) => void,
    delayMs?: number,
    ...args: A
  ) => ManualTimer;
  readonly setInterval: <A extends unknown[]>(
    callback: (...args: A) => void,
    delayMs?: number,
    ...args: A
  ) => ManualTimer;
  readonly clearTimeout: (timer: ManualTimer | undefined) => void;
  readonly clearInterval: (timer: ManualTimer | undefined) => void;
  /** Timers and sleepers that wait. */
  readonly waiting: () => number;
}

interface Task {
  readonly timer: ManualTimer;
  atMs: number;
  readonly everyMs: number | undefined;
  readonly run: () => void;
}

const defaultLimit = 10_000;

/** @param startMs epoch milliseconds; the default is 2025-01-01T00:00:00Z */
export function createManualClock(startMs: number = Date.UTC(2025, 0, 1)): ManualClock {
  let elapsedMs = 0;
  let wallMs = startMs;
  // In the order they were made.
  const tasks = new Set<Task>();

  const add = (run: () => void, delayMs: number, everyMs?: number): ManualTimer => {
    // Like Node, which makes one millisecond of nothing.
    const task: Task = {
      timer: createTimer(
        () => tasks,
        () => task,
      ),
      atMs: elapsedMs + Math.max(1, delayMs || 0),
      everyMs,
      run,
    };
    tasks.add(task);
    return task.timer;
  };
  const clear = (timer: ManualTimer | undefined): void => timer?.[Symbol.dispose]();
  const moveTo = (targetMs: number): void => {
    wallMs += targetMs - elapsedMs;
    elapsedMs = targetMs;
  };
  const runNext = async (untilMs: number): Promise<boolean> => {
    const next = earliest(tasks, untilMs);
    if (next === undefined) return false;
    moveTo(Math.max(elapsedMs, next.atMs));
    tasks.delete(next);
    if (next.everyMs !== undefined) {
      next.atMs = elapsedMs + next.everyMs;
      tasks.add(next);
    }
    next.run();
    await settled();
    return true;
  };

  return {
    now: () => wallMs,
    elapsed: () => elapsedMs,
    async advance(durationMs) {
      const endMs = elapsedMs + durationMs;
      await settled();
      while (await runNext(endMs));
      moveTo(endMs);
      await settled();
    },
    async runAll(limit = defaultLimit) {
      await settled();
      for (let count = 0; await runNext(Number.POSITIVE_INFINITY); count += 1) {
        if (count >= limit) throw new Error(`after ${limit} timers ${tasks.size} still wait: an interval has no end`);
      }
    },
    setTime(epochMs) {
      wallMs = epochMs;
    },
    sleep: (durationMs, signal) =>
      new Promise((wake, reject) => {
        if (signal?.aborted) reject(signal.reason);
        else if (durationMs <= 0) wake();
        else {
          const timer = add(() => {
            signal?.removeEventListener('abort', onAbort);
            wake();
          }, durationMs);
          const onAbort = (): void => {
            clear(timer);
            reject(signal?.reason);
          };
          signal?.addEventListener('abort', onAbort, { once: true });
        }
      }),
    setTimeout: (callback, delayMs = 0, ...args) => add(() => callback(...args), delayMs),
    setInterval: (callback, delayMs = 0, ...args) => add(() => callback(...args), delayMs, Math.max(1, delayMs)),
    clearTimeout: clear,
    clearInterval: clear,
    waiting: () => tasks.size,
  };
}

function createTimer(tasks: () => Set<Task>, task: () => Task): ManualTimer {
  let isReferenced = true;
  const timer: ManualTimer = {
    get isWaiting() {
      return tasks().has(task());
    },
    ref() {
      isReferenced = true;
      return timer;
    },
    unref() {
      isReferenced = false;
      return timer;
    },
    hasRef: () => isReferenced,
    [Symbol.dispose]: () => void tasks().delete(task()),
  };
  return timer;
}

/** Of those at the same time the one that was made, or last ran, first. */
function earliest(tasks: Iterable<Task>, untilMs: number): Task | undefined {
  let first: Task | undefined;
  for (const task of tasks) {
    if (task.atMs <= untilMs && (first === undefined || task.atMs < first.atMs)) first = task;
  }
  return first;
}

// As it is before a test replaces the timers.
const nextTurn = setImmediate;

/** A turn of the event loop runs every promise callback that is due. */
function settled(): Promise<void> {
  return new Promise((resolve) => nextTurn(resolve));
}
