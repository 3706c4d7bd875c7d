import { afterEach, expect, test, vi } from 'vitest';
import { DeadlineRun } from './deadline-run.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** A task that ends when told, with the runs it was started for. */
function createTask() {
  const ends: ((value: string) => void)[] = [];
  return { ends, run: new DeadlineRun(() => new Promise<string>((resolve) => ends.push(resolve))) };
}

test('a task that ends in time gives its value', async () => {
  const { ends, run } = createTask();
  const waited = run.wait(100);
  ends[0]?.('value');
  expect(await waited).toMatchObject({ result: 'done', value: 'value' });
  expect(run.lastDurationMs).toBeGreaterThanOrEqual(0);
});

test('a task that works at once is done even where no time is left', async () => {
  expect(await new DeadlineRun(() => 7).wait(10, 20)).toMatchObject({ result: 'done', value: 7 });
});

test.each([Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])(
  'a deadline of %d ms is far, not now',
  async (timeoutMs) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { ends, run } = createTask();
    const waited = run.wait(timeoutMs);
    await vi.advanceTimersByTimeAsync(60_000);
    ends[0]?.('late');
    expect(await waited).toMatchObject({ result: 'done', value: 'late' });
  },
);

test('who has more patience than those before still waits, who has not does not', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const { ends, run } = createTask();
  const first = run.wait(100);
  await vi.advanceTimersByTimeAsync(100);
  expect(await first).toMatchObject({ result: 'overdue' });
  expect(await run.wait(100)).toMatchObject({ result: 'overdue' });
  const patient = run.wait(200);
  await vi.advanceTimersByTimeAsync(150);
  ends[0]?.('value');
  expect(await patient).toMatchObject({ result: 'done', value: 'value' });
  expect(ends).toHaveLength(1);
});

test('a failure is an outcome, also one that nobody waited for', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const fails: ((error: unknown) => void)[] = [];
  const run = new DeadlineRun(() => new Promise<void>((_, reject) => fails.push(reject)));
  const waited = run.wait(10);
  await vi.advanceTimersByTimeAsync(10);
  expect(await waited).toMatchObject({ result: 'overdue' });
  fails[0]?.(new Error('late'));
  await vi.advanceTimersByTimeAsync(0);
  const next = run.wait(10);
  fails[1]?.('no error');
  expect(await next).toMatchObject({ result: 'failed', error: 'no error' });
});
