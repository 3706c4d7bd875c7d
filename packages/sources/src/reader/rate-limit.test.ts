import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Call, createTally, NotAskedError } from './call.ts';
import { createRateLimit } from './rate-limit.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const now = () => Date.now();

function callFor(remainingMs: number, { isSpare = false, signal = new AbortController().signal } = {}): Call {
  const deadlineAtMs = Date.now() + remainingMs;
  return {
    source: 'coingecko',
    endpoint: 'coin',
    signal,
    remainingMs: () => deadlineAtMs - Date.now(),
    isSpare: () => isSpare,
    tally: createTally(),
  };
}

/** When each of `count` calls made at once went out, in ms from now; `null` for a refused one. */
async function sendAll(limit: ReturnType<typeof createRateLimit>, calls: readonly Call[]): Promise<(number | null)[]> {
  const startMs = Date.now();
  const sent = calls.map((call) =>
    limit.acquire(call).then(
      () => Date.now() - startMs,
      (error: unknown) => {
        expect(error).toBeInstanceOf(NotAskedError);
        return null;
      },
    ),
  );
  await vi.advanceTimersByTimeAsync(600_000);
  return Promise.all(sent);
}

describe('a rate limit', () => {
  it('lets a burst out at once and the rest as the rate allows, in the order they came', async () => {
    const limit = createRateLimit({ requestsPerMinute: 5, burst: 5, now });
    const sent = await sendAll(
      limit,
      Array.from({ length: 12 }, () => callFor(500_000)),
    );
    expect(sent.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(sent.slice(5, 10).every((at) => at !== null && at >= 60_000 && at < 60_100)).toBe(true);
    expect(sent.slice(10).every((at) => at !== null && at >= 120_000 && at < 120_200)).toBe(true);
  });

  it('spaces calls evenly with a burst of one', async () => {
    const limit = createRateLimit({ requestsPerMinute: 20, burst: 1, now });
    const sent = await sendAll(
      limit,
      Array.from({ length: 5 }, () => callFor(500_000)),
    );
    const gaps = sent.slice(1).map((at, index) => (at ?? 0) - (sent[index] ?? 0));
    expect(gaps.every((gap) => gap >= 3_000 && gap < 3_050)).toBe(true);
  });

  it('refuses at once what would come after its deadline, and asks nothing for it', async () => {
    const limit = createRateLimit({ requestsPerMinute: 20, burst: 1, now });
    const sent = await sendAll(
      limit,
      Array.from({ length: 5 }, () => callFor(7_000)),
    );
    expect(sent.map((at) => at === null)).toEqual([false, false, false, true, true]);
    expect(limit.status()).toEqual({ remaining: 1, waitMs: 0 });
  });

  it('says how long a call waited', async () => {
    const limit = createRateLimit({ requestsPerMinute: 60, burst: 1, now });
    const calls = [callFor(9_000), callFor(9_000)];
    await sendAll(limit, calls);
    expect(calls.map((call) => call.tally.waitedMs.rate_limit >= 1_000)).toEqual([false, true]);
  });

  it('lets nothing out while it cools down', async () => {
    const limit = createRateLimit({ requestsPerMinute: 6_000, burst: 10, now });
    limit.coolDown(60_000);
    const [soon, late] = await sendAll(limit, [callFor(30_000), callFor(90_000)]);
    expect(soon).toBeNull();
    expect(late).toBeGreaterThanOrEqual(60_000);
  });

  it('lets those go who wait in vain since a cool-down began, long before their deadline', async () => {
    const limit = createRateLimit({ requestsPerMinute: 20, burst: 1, now });
    const startMs = Date.now();
    const refusedAfterMs = [callFor(500_000), callFor(20_000), callFor(20_000), callFor(20_000)].map((call) =>
      limit.acquire(call).then(
        () => null,
        (error: unknown) => {
          expect(error).toMatchObject({ reason: 'rate_limited' });
          return Date.now() - startMs;
        },
      ),
    );
    await vi.advanceTimersByTimeAsync(10);
    limit.coolDown(60_000);
    await vi.advanceTimersByTimeAsync(100_000);
    const [first, ...waiting] = await Promise.all(refusedAfterMs);
    expect(first).toBeNull();
    expect(waiting.every((at) => at !== null && at < 3_100)).toBe(true);
  });

  it('keeps the longer of two cool-downs', async () => {
    const limit = createRateLimit({ requestsPerMinute: 6_000, burst: 10, now });
    limit.coolDown(60_000);
    limit.coolDown(1_000);
    expect((await sendAll(limit, [callFor(90_000)]))[0]).toBeGreaterThanOrEqual(60_000);
  });

  it('leaves calls to others when the caller can do without', async () => {
    const limit = createRateLimit({ requestsPerMinute: 5, burst: 5, now });
    const spare = await sendAll(
      limit,
      Array.from({ length: 5 }, () => callFor(90_000, { isSpare: true })),
    );
    expect(spare).toEqual([0, 0, 0, null, null]);
  });

  it('lets who gave up leave the line', async () => {
    const limit = createRateLimit({ requestsPerMinute: 60, burst: 1, now });
    const abort = new AbortController();
    const sent = [callFor(9_000), callFor(9_000, { signal: abort.signal }), callFor(9_000)].map((call) =>
      limit.acquire(call).then(
        () => Date.now(),
        () => null,
      ),
    );
    const startMs = Date.now();
    abort.abort(new NotAskedError('deadline', 'gone'));
    await vi.advanceTimersByTimeAsync(5_000);
    const [, given, last] = await Promise.all(sent);
    expect(given).toBeNull();
    expect((last ?? 0) - startMs).toBeLessThan(1_100);
  });

  it('is unknown before the first call', () => {
    expect(createRateLimit({ requestsPerMinute: 5, burst: 5, now }).status()).toBeNull();
  });

  it('never lets more out than the rate and one burst, and never after a deadline', async () => {
    const arrival = fc.record({ afterMs: fc.nat(20_000), patienceMs: fc.nat(60_000), isSpare: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.array(arrival, { maxLength: 25 }),
        async (burst, arrivals) => {
          const limit = createRateLimit({ requestsPerMinute: 60, burst, now });
          const startMs = Date.now();
          const sentAt: number[] = [];
          for (const { afterMs, patienceMs, isSpare } of arrivals) {
            await vi.advanceTimersByTimeAsync(afterMs / 10);
            const call = callFor(patienceMs, { isSpare });
            limit.acquire(call).then(
              () => {
                sentAt.push(Date.now() - startMs);
                // The last millisecond is the timer's own grain.
                expect(call.remainingMs()).toBeGreaterThan(-50);
              },
              () => undefined,
            );
          }
          await vi.advanceTimersByTimeAsync(200_000);
          for (const from of sentAt) {
            const within = sentAt.filter((at) => at >= from && at < from + 10_000).length;
            expect(within).toBeLessThanOrEqual(10 + 2 * burst);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
