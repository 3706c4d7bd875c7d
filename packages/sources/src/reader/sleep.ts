import { NotAskedError } from './call.ts';

/** Longer than this a timer fires at once. */
const longestTimerMs = 2_147_483_647;

/** Resolves after `ms`, or rejects as soon as `signal` aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      },
      Math.min(Math.max(ms, 0), longestTimerMs),
    );
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** The promise's own outcome, unless `remainingMs` passes or `signal` aborts first. The promise itself goes on. */
export function waitAtMost<T>(promise: Promise<T>, remainingMs: number, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => settle(() => reject(new NotAskedError('deadline', 'the deadline passed before an answer came'))),
      Math.min(Math.max(remainingMs, 0), longestTimerMs),
    );
    const onAbort = (): void => settle(() => reject(new NotAskedError('deadline', 'the caller gave up')));
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      end();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}

/** The promise's own outcome, unless `signal` aborts first: then its reason. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
