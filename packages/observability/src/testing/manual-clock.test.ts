import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createManualClock } from './manual-clock.ts';

describe('a manual clock', () => {
  it('stands still until moved', async () => {
    const clock = createManualClock(100);
    expect(clock.now()).toBe(100);
    await clock.advance(50);
    expect([clock.now(), clock.elapsed()]).toEqual([150, 50]);
  });

  it('wakes sleepers in the order of their time, each at its own', async () => {
    const clock = createManualClock(0);
    const woken: [string, number][] = [];
    const sleep = async (name: string, durationMs: number): Promise<void> => {
      await clock.sleep(durationMs);
      woken.push([name, clock.now()]);
    };
    void sleep('late', 30);
    void sleep('early', 10).then(() => sleep('again', 10));
    void sleep('never', 100);
    await clock.advance(50);
    expect(woken).toEqual([
      ['early', 10],
      ['again', 20],
      ['late', 30],
    ]);
    expect([clock.now(), clock.waiting()]).toEqual([50, 1]);
  });

  it('does not make anybody wait for nothing', async () => {
    await createManualClock().sleep(0);
  });

  it('ends a sleep that is aborted', async () => {
    const clock = createManualClock();
    const abort = new AbortController();
    const sleeping = clock.sleep(1_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(1, abort.signal)).rejects.toThrow('enough');
    expect(clock.waiting()).toBe(0);
  });

  it('runs timers with their arguments, unless they are cleared', async () => {
    const { setTimeout, clearTimeout, advance } = createManualClock();
    const run = vi.fn();
    setTimeout(run, 10, 'a', 1);
    const cleared = setTimeout(run, 10);
    clearTimeout(cleared);
    clearTimeout(undefined);
    setTimeout(run);
    await advance(10);
    expect(run.mock.calls).toEqual([[], ['a', 1]]);
  });

  it('repeats intervals until they are cleared, also by themselves', async () => {
    const clock = createManualClock(0);
    const times: number[] = [];
    const timer = clock.setInterval(() => {
      times.push(clock.now());
      if (times.length === 3) clock.clearInterval(timer);
    }, 10);
    await clock.advance(100);
    expect(times).toEqual([10, 20, 30]);
    expect([timer.isWaiting, clock.waiting()]).toEqual([false, 0]);
  });

  it('takes the place of the timers of Node', () => {
    const clock = createManualClock();
    const timer = clock.setTimeout(() => undefined, 10);
    expect([timer.hasRef(), timer.unref().hasRef(), timer.ref().hasRef()]).toEqual([true, false, true]);
    timer[Symbol.dispose]();
    expect(timer.isWaiting).toBe(false);
  });

  it('runs until nothing waits any more, and gives up on what has no end', async () => {
    const clock = createManualClock(0);
    const seen: number[] = [];
    clock.setTimeout(() => {
      seen.push(clock.now());
      clock.setTimeout(() => seen.push(clock.now()), 500);
    }, 1_000);
    await clock.runAll();
    expect(seen).toEqual([1_000, 1_500]);
    clock.setInterval(() => undefined, 1);
    await expect(clock.runAll(20)).rejects.toThrow('after 20 timers 1 still wait');
  });

  it('can be set to another time of day, which moves no timer', async () => {
    const clock = createManualClock(1_000_000);
    const run = vi.fn();
    clock.setTimeout(run, 100);
    clock.setTime(5);
    expect([clock.now(), clock.elapsed(), run.mock.calls.length]).toEqual([5, 0, 0]);
    await clock.advance(100);
    expect([clock.now(), run.mock.calls.length]).toEqual([105, 1]);
  });

  it('passes on what a timer throws, and stands at its time', async () => {
    const clock = createManualClock(0);
    clock.setTimeout(() => {
      throw new Error('broken');
    }, 10);
    await expect(clock.advance(100)).rejects.toThrow('broken');
    expect(clock.now()).toBe(10);
  });

  it('lets what already runs reach its timers before it moves', async () => {
    const clock = createManualClock(0);
    const done = vi.fn();
    void (async () => {
      await Promise.resolve();
      await clock.sleep(10);
      done(clock.now());
    })();
    await clock.advance(10);
    expect(done).toHaveBeenCalledExactlyOnceWith(10);
  });

  it('runs any timers as a sorted list would, equal times in the order they were made', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 30 }), async (delays) => {
        const clock = createManualClock(0);
        const ran: [number, number][] = [];
        for (const [index, delay] of delays.entries()) clock.setTimeout(() => ran.push([clock.now(), index]), delay);
        await clock.advance(20);
        const expected = delays.map((delay, index) => [delay, index] as [number, number]);
        expect(ran).toEqual(expected.sort(([a, i], [b, j]) => a - b || i - j));
      }),
      { numRuns: 30 },
    );
  });
});
