import { setTimeout as wait } from 'node:timers/promises';

/** Asks until the answer is not `undefined`, for a bounded time: for what another process does and says nothing about. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  timeoutMs = 15_000,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  let last: unknown;
  while (performance.now() < endMs) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await wait(50);
  }
  throw new Error(`${what} did not happen within ${timeoutMs} ms`, { cause: last });
}
