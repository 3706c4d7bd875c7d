import { expect, it } from 'vitest';
import { createMemorySpool, createTestClock, isImportant, openTestQueue, toBatch } from './pipeline.fixture.ts';

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

it('errors survive in a small memory although batches that hold none are on their way', async () => {
  const spool = createMemorySpool();
  spool.state = 'hangs';
  const { push, receiver, time, counted } = openTestQueue({
    spool,
    limits: { batchSize: 500, maxQueueSize: 20, maxBytes: 10_000 },
  });
  receiver.answer = 'hang';
  push(90);
  await time.advance(2_000);
  for (let more = 0; more < 400; more += 1) push(1);
  // Of 490 records one in seven is important: 70, for which there is room.
  const dropped = counted.dropped['queue_full'] ?? 0;
  expect(dropped).toBe(390);
  receiver.answer = { kind: 'sent' };
  spool.state = 'refuses';
  await time.advance(60_000);
  expect(receiver.taken.filter(isImportant).length).toBeGreaterThanOrEqual(70 - 2);
});
