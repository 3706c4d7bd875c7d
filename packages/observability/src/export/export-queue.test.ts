import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExportOutcome } from './export-outcome.ts';
import { createExportQueue, type ExportQueue, type ExportQueueOptions } from './export-queue.ts';

function createBackend() {
  const backend = {
    batches: [] as number[][],
    outcome: { kind: 'sent' } as ExportOutcome | 'hang' | 'throw',
    send(batch: readonly number[], signal: AbortSignal): Promise<ExportOutcome> {
      backend.batches.push([...batch]);
      if (backend.outcome === 'throw') return Promise.reject(new Error('broken'));
      if (backend.outcome !== 'hang') return Promise.resolve(backend.outcome);
      return new Promise((resolve) => {
        signal.addEventListener('abort', () => resolve({ kind: 'unavailable', reason: 'timeout' }));
      });
    },
  };
  return backend;
}

describe('an export queue', () => {
  let backend = createBackend();
  let events: string[] = [];
  let size = 0;

  const open = (options: Partial<ExportQueueOptions<number>> = {}): ExportQueue<number> =>
    createExportQueue({
      send: backend.send,
      observer: {
        size: (waiting) => (size = waiting),
        dropped: (reason, count) => events.push(`dropped ${count} ${reason}`),
        failed: () => events.push('failed'),
        changed: (state, reason) => events.push(`${state} ${reason}`.trim()),
      },
      maxQueueSize: 10,
      batchSize: 3,
      delayMs: 1_000,
      timeoutMs: 5_000,
      random: () => 0,
      ...options,
    });
  const push = (queue: ExportQueue<number>, count: number, from = 0): void => {
    for (let index = 0; index < count; index += 1) queue.push(from + index);
  };

  beforeEach(() => {
    vi.useFakeTimers();
    backend = createBackend();
    events = [];
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('waits for others to fill a batch, but not for ever', async () => {
    const queue = open();
    push(queue, 2);
    await vi.advanceTimersByTimeAsync(999);
    expect(backend.batches).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(backend.batches).toEqual([[0, 1]]);
    expect(size).toBe(0);
  });

  it('sends a full batch at once, and the next ones after it', async () => {
    const queue = open();
    push(queue, 7);
    await vi.advanceTimersByTimeAsync(10);
    expect(backend.batches).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(backend.batches.at(-1)).toEqual([6]);
  });

  it('counts what a burst bigger than the queue loses, the newest', async () => {
    const queue = open();
    push(queue, 25);
    expect(events).toEqual(Array.from({ length: 15 }, () => 'dropped 1 queue_full'));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(backend.batches.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('loses nothing in an outage shorter than the queue is deep, and says twice in all that there was one', async () => {
    const queue = open();
    backend.outcome = { kind: 'unavailable', reason: 'ECONNREFUSED' };
    push(queue, 4);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(events.filter((event) => event === 'failed').length).toBeGreaterThan(3);
    backend.outcome = { kind: 'sent' };
    backend.batches = [];
    await vi.advanceTimersByTimeAsync(60_000);
    expect(backend.batches.flat()).toEqual([0, 1, 2, 3]);
    expect(events.filter((event) => event !== 'failed')).toEqual(['failing ECONNREFUSED', 'recovered']);
  });

  it('waits longer after each failure, and as long as the backend asks', async () => {
    const queue = open();
    backend.outcome = { kind: 'unavailable', reason: 'down' };
    push(queue, 3);
    await vi.advanceTimersByTimeAsync(60_000);
    const tries = backend.batches.length;
    expect(tries).toBeLessThan(12);
    backend.outcome = { kind: 'unavailable', reason: 'busy', retryAfterMs: 100_000 };
    await vi.advanceTimersByTimeAsync(30_000);
    const busyTries = backend.batches.length;
    await vi.advanceTimersByTimeAsync(69_000);
    expect(backend.batches).toHaveLength(busyTries);
  });

  it('drops and counts what the backend refuses for good', async () => {
    const queue = open();
    backend.outcome = { kind: 'refused', reason: 'HTTP 400' };
    push(queue, 3);
    await vi.advanceTimersByTimeAsync(10);
    expect(events).toEqual(['failed', 'dropped 3 refused', 'failing HTTP 400']);
    expect(size).toBe(0);
  });

  it('counts the records of a batch that were taken but not kept', async () => {
    const queue = open();
    backend.outcome = { kind: 'sent', rejected: 2 };
    push(queue, 3);
    await vi.advanceTimersByTimeAsync(10);
    expect(events).toEqual(['dropped 2 refused']);
  });

  it('gives up on a silent backend after its timeout and tries again', async () => {
    const queue = open();
    backend.outcome = 'hang';
    push(queue, 3);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(events).toEqual(['failed', 'failing timeout']);
    backend.outcome = { kind: 'sent' };
    await vi.advanceTimersByTimeAsync(5_000);
    expect(events.at(-1)).toBe('recovered');
  });

  it('survives a sender that throws', async () => {
    const queue = open();
    backend.outcome = 'throw';
    push(queue, 3);
    await vi.advanceTimersByTimeAsync(10);
    expect(events).toEqual(['failed', 'failing broken']);
  });

  it('sends everything when it is closed', async () => {
    const queue = open();
    push(queue, 8);
    expect(await queue.close(1_000)).toEqual({ sent: 8, lost: 0 });
    queue.push(9);
    expect(events).toEqual(['dropped 1 shutdown']);
  });

  it('ends within its budget when the backend is silent, and counts what that loses', async () => {
    const queue = open();
    backend.outcome = 'hang';
    push(queue, 8);
    const closing = queue.close(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await closing).toEqual({ sent: 0, lost: 8 });
    expect(events).toEqual(['dropped 8 shutdown']);
  });

  it('ends early when the backend refuses connections', async () => {
    const queue = open();
    backend.outcome = { kind: 'unavailable', reason: 'ECONNREFUSED' };
    push(queue, 8);
    expect(await queue.close(1_000)).toEqual({ sent: 0, lost: 8 });
  });

  it('breaks off what is still being sent when a flush has used its budget, and keeps it', async () => {
    backend.outcome = 'hang';
    const queue = open();
    push(queue, 2);
    const flushed = queue.flush(100);
    await vi.advanceTimersByTimeAsync(101);
    expect(await flushed).toBe(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toEqual(['failed', 'failing timeout']);
    expect(queue.waiting()).toBe(2);
  });
});
