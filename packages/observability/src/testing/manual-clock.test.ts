import { expect, it } from 'vitest';
import { createManualClock } from './manual-clock.ts';

it('stands still until moved', async () => {
  const clock = createManualClock(100);
  expect(clock.now()).toBe(100);
  await clock.advance(50);
  expect(clock.now()).toBe(150);
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
  expect(clock.now()).toBe(50);
});

it('does not make anybody wait for nothing', async () => {
  await createManualClock().sleep(0);
});
