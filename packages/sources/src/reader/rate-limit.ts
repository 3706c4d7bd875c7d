import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { type Call, NotAskedError } from './call.ts';
import { sleep } from './sleep.ts';

export interface RateLimitOptions {
  /** What waits are measured by; the limit itself runs on real time. */
  readonly now: () => number;
  readonly requestsPerMinute: number;
  /** Calls that may go out at once; 1 spaces them evenly. */
  readonly burst: number;
}

export interface RateLimitStatus {
  /** Calls that may go out now. */
  readonly remaining: number;
  /** Until the next call may go out. */
  readonly waitMs: number;
}

export interface SourceRateLimit {
  /**
   * Resolves when the call may go out. Calls go in the order they came; a spare one after all others.
   * @throws NotAskedError with reason `rate_limited`, at once, when its turn would come after its deadline
   */
  acquire(call: Call): Promise<void>;
  /** Nothing goes out for so long: what the source asked for, or what it is known to need after a refusal. */
  coolDown(ms: number): void;
  /** How long a call that comes now would wait. */
  waitMs(call: Call): number;
  /** `null` before the first call: nothing is known of the source then. */
  status(): RateLimitStatus | null;
}

const key = 'calls';
/** A spare call is worth this much waiting. */
const sparePatienceMs = 2_000;
/** Calls of a window that spare ones leave to others. */
const sparedCalls = 2;

/** The window is as short as the burst allows, so that a burst is refilled as soon as the rate permits. */
export function createRateLimit({ requestsPerMinute, burst, now }: RateLimitOptions): SourceRateLimit {
  const windowMs = (60_000 * burst) / requestsPerMinute;
  const limiter = new RateLimiterMemory({ points: burst, duration: windowMs / 1_000 });
  const reserve = Math.min(sparedCalls, burst - 1);
  const queues = { normal: createQueue(), spare: createQueue() };
  let last: { remaining: number; endsAtMs: number } | null = null;

  const note = (result: RateLimiterRes): void => {
    last = { remaining: result.remainingPoints, endsAtMs: Date.now() + result.msBeforeNext };
  };
  const status = (): RateLimitStatus => {
    const rest = last === null ? 0 : last.endsAtMs - Date.now();
    if (last === null || rest <= 0) return { remaining: burst, waitMs: 0 };
    return { remaining: last.remaining, waitMs: last.remaining > 0 ? 0 : rest };
  };
  const waitBehind = (ahead: number, reserved: number): number => {
    const { remaining } = status();
    const free = Math.max(0, remaining - reserved);
    if (ahead < free) return 0;
    const rest = last === null ? windowMs : Math.max(0, last.endsAtMs - Date.now());
    return rest + Math.floor((ahead - free) / (burst - reserved)) * windowMs;
  };
  const waitMs = (call: Call): number =>
    call.isSpare()
      ? waitBehind(queues.normal.length() + queues.spare.length(), reserve)
      : waitBehind(queues.normal.length(), 0);

  const take = async (call: Call): Promise<void> => {
    for (;;) {
      const heldBackMs = call.isSpare() ? waitBehind(queues.normal.length(), reserve) : 0;
      const result = heldBackMs > 0 ? null : await consume(limiter);
      if (result !== null) note(result.taken);
      if (result?.isGranted) return;
      const waitMs = Math.max(1, heldBackMs, status().waitMs);
      // A cool-down may have begun since it was let into the line; those behind it are then told at once, too.
      if (waitMs > call.remainingMs()) throw refusal(waitMs, requestsPerMinute);
      await sleep(waitMs, call.signal);
    }
  };

  return {
    async acquire(call) {
      const expectedMs = waitMs(call);
      const allowedMs = call.isSpare() ? Math.min(call.remainingMs(), sparePatienceMs) : call.remainingMs();
      if (expectedMs > allowedMs) throw refusal(expectedMs, requestsPerMinute);
      const startedAtMs = now();
      try {
        await queues[call.isSpare() ? 'spare' : 'normal'].run(call.signal, () => take(call));
      } finally {
        call.tally.waitedMs.rate_limit += Math.max(0, now() - startedAtMs);
      }
    },
    coolDown(ms) {
      if (ms <= 0 || (last !== null && last.remaining === 0 && last.endsAtMs - Date.now() >= ms)) return;
      void limiter.block(key, ms / 1_000);
      last = { remaining: 0, endsAtMs: Date.now() + ms };
    },
    waitMs,
    status: () => (last === null ? null : status()),
  };
}

async function consume(limiter: RateLimiterMemory): Promise<{ isGranted: boolean; taken: RateLimiterRes }> {
  try {
    return { isGranted: true, taken: await limiter.consume(key) };
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return { isGranted: false, taken: refused };
    throw refused;
  }
}

function refusal(waitMs: number, requestsPerMinute: number): NotAskedError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new NotAskedError(
    'rate_limited',
    `no call is free before the deadline: the next one in ${seconds} s (${requestsPerMinute} a minute)`,
  );
}

/** One after the other, in order; who gives up while waiting leaves the line. */
function createQueue() {
  let tail: Promise<void> = Promise.resolve();
  let waiting = 0;
  return {
    length: () => waiting,
    async run(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
      let isCounted = true;
      const leave = (): void => {
        if (isCounted) waiting -= 1;
        isCounted = false;
      };
      waiting += 1;
      signal.addEventListener('abort', leave, { once: true });
      const mine = tail.then(() => (signal.aborted ? Promise.reject(signal.reason) : work()));
      tail = mine.catch(() => undefined);
      try {
        await mine;
      } finally {
        signal.removeEventListener('abort', leave);
        leave();
      }
    },
  };
}
