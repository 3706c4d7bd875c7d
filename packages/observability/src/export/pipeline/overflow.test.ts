import { expect, it } from 'vitest';
import { createMemorySpool, createTestClock, openTestQueue, toBatch } from './pipeline.fixture.ts';

it('at the end whole batches go to the disk, also where a busy machine has made those of requests small', async () => {
  const spool = createMemorySpool();
  const time = createTestClock();
  let busyMs = 0;
  const { push, queue, receiver } = openTestQueue({
    spool,
    limits: { batchSize: 500, maxQueueSize: 10_000, maxBytes: 1_000_000 },
    queue: {
      clock: { ...time.clock, elapsed: () => time.elapsed() + busyMs },
      encode(records) {
        busyMs += 1_000;
        return toBatch(records, false);
      },
    },
  });
  receiver.answer = { kind: 'unavailable', reason: 'ECONNREFUSED' };
  push(2_000);
  expect(await queue.close({ flushMs: 1_500, endMs: 60_000 })).toEqual({ spooled: 2_000 });
  expect(receiver.requests.at(-1)?.length).toBeLessThan(100);
  expect(Math.max(...spool.batches.map(({ records }) => records))).toBeGreaterThan(400);
});
