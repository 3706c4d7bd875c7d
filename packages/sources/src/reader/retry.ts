import { DelegateBackoff, handleWhen, retry } from 'cockatiel';
import { SourceError } from '../source-error.ts';
import { assertWanted, type Call, NotAskedError } from './call.ts';

export interface RetryOptions {
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  /** How long the source's rate limit would hold the next attempt. */
  rateLimitWaitMs(call: Call): number;
}

const mostRetries = 2;
const firstDelayMs = 250;
const longestDelayMs = 4_000;

/**
 * Runs `attempt` up to three times. Only what may pass is tried again (`server`, `network`, `rate_limited`), and only
 * when the wait ends before the deadline: a retry nobody waits for would cost the source a call for nothing.
 */
export async function withRetries<T>(call: Call, attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  let failures = 0;
  let delayMs = 0;
  let lastFailure: SourceError | null = null;

  const mayPass = (error: Error): boolean => {
    if (!(error instanceof SourceError)) return false;
    lastFailure = error;
    failures += 1;
    const wanted = delayOf(error, failures, options.random);
    if (wanted === null) return false;
    delayMs = wanted;
    const untilSentMs = Math.max(wanted, options.rateLimitWaitMs(call));
    return !call.signal.aborted && untilSentMs < call.remainingMs();
  };
  // The timer of a retry must not keep a process alive that has nothing else to do.
  const policy = retry(handleWhen(mayPass), {
    maxAttempts: mostRetries,
    backoff: new DelegateBackoff(() => delayMs),
  }).dangerouslyUnref();
  policy.onRetry(({ delay }) => {
    call.tally.waitedMs.retry += delay;
  });

  try {
    return await policy.execute(() => {
      assertWanted(call);
      return attempt();
    });
  } catch (error) {
    // When the breaker opened on our own failures, those are the news, not the breaker.
    throw error instanceof NotAskedError && error.reason !== 'deadline' && lastFailure !== null ? lastFailure : error;
  }
}

/** Full jitter, so that clients that failed together do not come back together. `null`: not to be tried again. */
function delayOf(error: SourceError, failures: number, random: () => number): number | null {
  // The rate limit's own cool-down makes the next attempt wait.
  if (error.kind === 'rate_limited') return 0;
  if (error.kind !== 'server' && error.kind !== 'network') return null;
  const jittered = random() * Math.min(longestDelayMs, firstDelayMs * 2 ** (failures - 1));
  return Math.max(jittered, error.facts.retryAfterMs ?? 0);
}
