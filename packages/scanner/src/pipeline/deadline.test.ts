import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startDeadline, untilAborted } from './deadline.ts';

describe('the deadline of a scan', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it('aborts with a timeout when the time is up, and not before', () => {
    const deadline = startDeadline('AAA', 1_000, undefined);
    vi.advanceTimersByTime(999);
    expect(deadline.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(deadline.signal.reason).toMatchObject({ code: 'SCAN_TIMEOUT', kind: 'timeout' });
    deadline.end();
  });

  it('aborts as given up when the asker aborts, also when it had done so before', () => {
    const asker = new AbortController();
    const deadline = startDeadline('AAA', 1_000, asker.signal);
    asker.abort('stopping');
    expect(deadline.signal.reason).toMatchObject({ code: 'SCAN_ABORTED', cause: 'stopping' });
    expect(startDeadline('AAA', 1_000, asker.signal).signal.aborted).toBe(true);
  });

  it('leaves no timer and no listener behind', () => {
    const asker = new AbortController();
    const deadline = startDeadline('AAA', 1_000, asker.signal);
    deadline.end();
    expect(vi.getTimerCount()).toBe(0);
    asker.abort();
    expect(deadline.signal.aborted).toBe(false);
  });
});

describe('work until aborted', () => {
  it('settles as the work does', async () => {
    const { signal } = new AbortController();
    await expect(untilAborted(Promise.resolve(1), signal)).resolves.toBe(1);
    await expect(untilAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
  });

  it('ends with the reason of the abort although the work never ends', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(new Promise(() => {}), controller.signal);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(untilAborted(new Promise(() => {}), controller.signal)).rejects.toThrow('enough');
  });
});
