import { describe, expect, it } from 'vitest';
import { type BackendLane, createBackend } from './backend.ts';
import { backoffMs } from './backoff.ts';
import { createTestClock } from './pipeline.fixture.ts';

const retry = { firstMs: 500, longestMs: 30_000, failuresToOpen: 3 };

function open(random: () => number = () => 1) {
  const time = createTestClock();
  const told: string[] = [];
  const woken: string[] = [];
  const backend = createBackend({
    retry,
    clock: time.clock,
    random,
    voice: {
      failing: (trouble, { signal }, reason) => told.push(`${signal} ${trouble}: ${reason}`),
      recovered: (trouble, { signal }, outageMs) => told.push(`${signal} no longer ${trouble} after ${outageMs} ms`),
    },
  });
  const lane = (signal: string): BackendLane =>
    backend.lane({ exporter: 'otlp', signal, url: 'http://x' }, () => woken.push(signal));
  const fail = (of: BackendLane, retryAfterMs?: number): void => {
    of.begin();
    of.unavailable('down', retryAfterMs);
  };
  return { time, told, woken, traces: lane('traces'), logs: lane('logs'), fail };
}

describe('a backend', () => {
  it('is waited for twice as long after each failure, up to a limit, and no longer after a success', () => {
    const { traces, fail } = open();
    const waits: number[] = [];
    for (let failure = 0; failure < 9; failure += 1) {
      fail(traces);
      waits.push(traces.waitMs());
    }
    // Once the breaker is open, another signal would have the first try.
    const whenOpen = [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000].map((ms) => ms + 50);
    expect(waits).toEqual([500, 1_000, ...whenOpen]);
    traces.begin();
    traces.accepted();
    expect(traces.waitMs()).toBe(0);
  });

  it('is waited for by some share of that, so that many processes do not come back at once', () => {
    const waits = [0, 0.25, 0.5, 0.999].map((share) => backoffMs(retry, 3, () => share));
    expect(waits).toEqual([200, 650, 1_100, expect.closeTo(1_998, 0)]);
    expect(backoffMs(retry, 5_000, () => 1)).toBe(30_000);
  });

  it('lets each signal wait on its own while only one of them fails', () => {
    const { traces, logs, fail, told } = open();
    fail(logs);
    fail(logs);
    traces.begin();
    traces.accepted();
    expect(logs.waitMs()).toBe(1_000);
    expect(traces.waitMs()).toBe(0);
    expect(told).toEqual([]);
  });

  it('opens its breaker for all signals when nothing gets through any more, and says so once', () => {
    const { traces, logs, fail, told } = open();
    fail(traces);
    fail(logs);
    expect(told).toEqual([]);
    fail(traces);
    expect(told).toEqual(['traces unavailable: down']);
    expect([logs.waitMs(), traces.waitMs()].toSorted()).toEqual([2_000, 2_000]);
    fail(logs);
    expect(told).toHaveLength(1);
    expect(logs.isFailing()).toBe(true);
  });

  it('is tried by one request of one signal when the wait is over', async () => {
    const { traces, logs, fail, time, woken } = open();
    for (let failure = 0; failure < 3; failure += 1) fail(traces);
    await time.advance(2_000);
    expect(logs.waitMs()).toBe(0);
    logs.begin();
    expect(traces.waitMs()).toBe(Number.POSITIVE_INFINITY);
    woken.length = 0;
    logs.unavailable('down', undefined);
    expect(woken).toEqual(['traces']);
    expect(traces.waitMs()).toBe(4_000);
    // In turn, so that a signal whose path alone is broken does not take every try.
    expect(logs.waitMs()).toBe(4_050);
  });

  it('is open to all at once when that request succeeds, and says so once, with how long it took', async () => {
    const { traces, logs, fail, time, told, woken } = open();
    for (let failure = 0; failure < 3; failure += 1) fail(traces);
    await time.advance(2_000);
    logs.begin();
    woken.length = 0;
    logs.accepted();
    expect(woken).toEqual(['traces']);
    expect(traces.waitMs()).toBe(0);
    expect(told).toHaveLength(1);
    traces.begin();
    traces.accepted();
    logs.accepted();
    expect(told).toEqual(['traces unavailable: down', 'traces no longer unavailable after 2000 ms']);
  });

  it('recovers also when the signal that failed has nothing to send any more', async () => {
    const { traces, logs, fail, time, told } = open();
    for (let failure = 0; failure < 3; failure += 1) fail(traces);
    await time.advance(2_000);
    logs.begin();
    logs.accepted();
    await time.advance(31_000);
    logs.accepted();
    expect(told.at(-1)).toMatch(/^logs no longer unavailable/);
  });

  it('is given the pause it asks for, also by its breaker, but not more than five minutes of it', async () => {
    const { traces, logs, fail, time } = open();
    fail(traces, 60_000);
    expect(traces.waitMs()).toBe(60_000);
    expect(traces.isAskedToWait()).toBe(true);
    expect(logs.waitMs()).toBe(0);
    logs.begin();
    logs.accepted();
    expect(traces.waitMs()).toBe(60_000);
    await time.advance(60_000);
    expect(traces.waitMs()).toBe(0);
    fail(traces, 1e12);
    fail(traces, 1e12);
    fail(traces, 1e12);
    expect(traces.waitMs()).toBe(300_050);
    expect(logs.waitMs()).toBe(300_000);
  });

  it('that refuses works, and is told of once, however often it does so', async () => {
    const { traces, fail, told, time } = open();
    fail(traces);
    traces.refused('HTTP 400');
    expect(traces.waitMs()).toBe(0);
    for (let batch = 0; batch < 50; batch += 1) {
      traces.accepted();
      traces.refused('HTTP 400');
    }
    expect(told).toEqual(['traces refused: HTTP 400']);
    await time.advance(30_000);
    // Nor does one more refusal after a while make another line, or an answer that took nothing.
    traces.answered();
    traces.refused('HTTP 400');
    expect(told).toHaveLength(1);
    await time.advance(30_000);
    traces.accepted();
    expect(told).toEqual(['traces refused: HTTP 400', 'traces no longer refused after 60000 ms']);
  });

  it('is told of at the end where there were too few failures before', () => {
    const { traces, logs, fail, told } = open();
    fail(traces);
    logs.lastWord();
    traces.lastWord();
    traces.lastWord();
    expect(told).toEqual(['traces unavailable: down']);
  });
});
