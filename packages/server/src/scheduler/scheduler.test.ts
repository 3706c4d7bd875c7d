import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ScanQueue } from '../queue/scan-queue.ts';
import { eth, uni } from '../testing/scan-fixtures.ts';
import { createScheduler } from './scheduler.ts';

let recorder: Recorder;

beforeEach(() => {
  recorder = createRecorder();
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  recorder.close();
});

function queueWith(request: ScanQueue['request']): ScanQueue {
  return { request, waiting: () => Promise.resolve(new Map()) };
}

describe('the scheduler', () => {
  it('asks for the whole watchlist at the start and then in every interval', async () => {
    const request = vi.fn<ScanQueue['request']>(() => Promise.resolve([]));
    const scheduler = createScheduler({ queue: queueWith(request), tokens: [uni, eth], everyMs: 60_000 });
    await scheduler.start();
    expect(request).toHaveBeenCalledExactlyOnceWith([uni, eth], null);
    await vi.advanceTimersByTimeAsync(180_000);
    expect(request).toHaveBeenCalledTimes(4);
    await scheduler.close();
  });

  it('asks once where there is no interval', async () => {
    const request = vi.fn<ScanQueue['request']>(() => Promise.resolve([]));
    const scheduler = createScheduler({ queue: queueWith(request), tokens: [uni], everyMs: null });
    await scheduler.start();
    await vi.advanceTimersByTimeAsync(86_400_000);
    expect(request).toHaveBeenCalledTimes(1);
    await scheduler.close();
  });

  it('goes on after a round that failed', async () => {
    const request = vi.fn<ScanQueue['request']>(() => Promise.reject(new Error('locked')));
    const scheduler = createScheduler({ queue: queueWith(request), tokens: [uni], everyMs: 1_000 });
    await scheduler.start();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(request).toHaveBeenCalledTimes(3);
    expect(recorder.lines('scheduler_round_failed')).toHaveLength(3);
    await scheduler.close();
  });

  it('waits for a round under way when it closes, and starts no other', async () => {
    let finish = () => {};
    const request = vi.fn<ScanQueue['request']>(
      () =>
        new Promise((resolve) => {
          finish = () => resolve([]);
        }),
    );
    const scheduler = createScheduler({ queue: queueWith(request), tokens: [uni], everyMs: 1_000 });
    const started = scheduler.start();
    const closed = scheduler.close();
    finish();
    await Promise.all([started, closed]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(request).toHaveBeenCalledTimes(1);
  });
});
