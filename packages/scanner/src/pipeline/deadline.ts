import { ScanError } from '../scan-error.ts';

export interface Deadline {
  /** Aborted with a ScanError: `timeout` when the time is up, `aborted` when the asker gave up. */
  readonly signal: AbortSignal;
  /** Frees the timer. */
  end(): void;
}

/** One deadline for a whole scan, cut short when whoever asked for it gives up. */
export function startDeadline(symbol: string, deadlineMs: number, asker: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new ScanError({ kind: 'timeout', symbol, detail: `did not end within ${deadlineMs} ms` }));
  }, deadlineMs);
  const giveUp = (): void => {
    const detail = 'was given up by whoever asked for it';
    controller.abort(new ScanError({ kind: 'aborted', symbol, detail }, { cause: asker?.reason }));
  };
  if (asker?.aborted === true) giveUp();
  asker?.addEventListener('abort', giveUp, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      asker?.removeEventListener('abort', giveUp);
    },
  };
}

/** Settles as `work` does, or rejects with the signal's reason as soon as it is aborted, whatever `work` does then. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    const done = (): void => signal.removeEventListener('abort', stop);
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(done);
    if (signal.aborted) stop();
  });
}
