import { describe, expect, it } from 'vitest';
import { createMemorySpool, fromBatch, openTestQueue, upTo } from './pipeline.fixture.ts';

const down = { kind: 'unavailable', reason: 'ECONNREFUSED' } as const;
const times = { flushMs: 1_000, endMs: 1_600 };

describe('a signal queue that is closed', () => {
  it('sends everything, and drops and counts what comes later', async () => {
    const { push, queue, receiver, counted } = openTestQueue();
    push(18);
    expect(await queue.close(times)).toEqual({ spooled: 0 });
    expect(receiver.taken).toEqual(upTo(18));
    push(1);
    expect(counted.dropped).toEqual({ shutdown: 1 });
  });

  it('moves to the disk what a dead backend does not take, without using its time, and says why', async () => {
    const spool = createMemorySpool();
    const { push, queue, receiver, counted, told, time } = openTestQueue({ spool });
    receiver.answer = down;
    push(18);
    const startedMs = time.elapsed();
    expect(await queue.close(times)).toEqual({ spooled: 18 });
    expect(time.elapsed()).toBe(startedMs);
    expect(receiver.requests).toHaveLength(2);
    expect(counted.dropped).toEqual({});
    expect(told).toEqual(['failing unavailable: ECONNREFUSED']);
  });

  it('breaks off what a silent backend does not answer and moves it to the disk as well', async () => {
    const spool = createMemorySpool();
    const { push, queue, receiver, time } = openTestQueue({ spool });
    receiver.answer = 'hang';
    push(18);
    const closing = queue.close(times);
    await time.advance(1_100);
    expect(await closing).toEqual({ spooled: 18 });
    expect(spool.batches.flatMap(fromBatch).toSorted((a, b) => a - b)).toEqual(upTo(18));
  });

  it('drops and counts what neither backend nor disk take, in time also when both hang', async () => {
    for (const state of ['refuses', 'hangs'] as const) {
      const spool = createMemorySpool();
      spool.state = state;
      const { push, queue, receiver, counted, time } = openTestQueue({ spool });
      receiver.answer = 'hang';
      push(18);
      const closing = queue.close(times);
      await time.advance(1_600);
      expect(await closing).toEqual({ spooled: 0 });
      expect(counted.dropped).toEqual({ shutdown: 18 });
      expect(queue.waiting()).toBe(0);
    }
  });

  it('does not ask a backend again that has asked for a pause, where the disk keeps what waits', async () => {
    const spool = createMemorySpool();
    const { push, queue, receiver, time } = openTestQueue({ spool });
    receiver.answer = { ...down, retryAfterMs: 60_000 };
    push(5);
    await time.advance(100);
    receiver.answer = { kind: 'sent' };
    expect(await queue.close(times)).toEqual({ spooled: 5 });
    expect(receiver.requests).toHaveLength(1);
  });

  it('waits for a request that is on its way', async () => {
    const { push, queue, receiver, time, counted } = openTestQueue({ queue: { send: slowSend } });
    async function slowSend() {
      await time.sleep(500);
      return { kind: 'sent' } as const;
    }
    push(5);
    await time.advance(100);
    const closing = queue.close(times);
    await time.advance(1_000);
    expect(await closing).toEqual({ spooled: 0 });
    expect(counted).toMatchObject({ exported: 5, dropped: {} });
    expect(receiver.requests).toEqual([]);
  });
});

describe('a signal queue that is flushed', () => {
  it('sends what waits and goes on', async () => {
    const { push, queue, receiver, time } = openTestQueue();
    push(3);
    await queue.flush(1_000);
    expect(receiver.taken).toEqual(upTo(3));
    push(5);
    await time.advance(100);
    expect(receiver.taken).toEqual(upTo(8));
  });

  it('breaks off what is still being sent when the budget is used, and keeps it', async () => {
    const { push, queue, receiver, time } = openTestQueue();
    receiver.answer = 'hang';
    push(2);
    const flushed = queue.flush(100);
    await time.advance(101);
    await flushed;
    await time.advance(1);
    expect(queue.waiting()).toBe(2);
    receiver.answer = { kind: 'sent' };
    await time.advance(2_000);
    expect(receiver.taken).toEqual([0, 1]);
  });

  it('accepts records meanwhile', async () => {
    const { push, queue, receiver, time } = openTestQueue();
    receiver.answer = 'hang';
    push(2);
    const flushed = queue.flush(100);
    push(2);
    await time.advance(101);
    await flushed;
    receiver.answer = { kind: 'sent' };
    await time.advance(5_000);
    expect(receiver.taken).toEqual(upTo(4));
  });
});

describe('a signal queue of a process without another turn', () => {
  it('writes everything to the disk at once, what is being sent included', async () => {
    const spool = createMemorySpool();
    const { push, queue, receiver, time } = openTestQueue({ spool });
    receiver.answer = 'hang';
    push(18);
    await time.advance(100);
    expect(queue.closeSync(1_000)).toEqual({ spooled: 18 });
    push(1);
    expect(spool.batches.flatMap(fromBatch).toSorted((a, b) => a - b)).toEqual(upTo(19));
    expect(queue.waiting()).toBe(0);
  });

  it('counts what the disk does not take', () => {
    const spool = createMemorySpool();
    spool.state = 'refuses';
    const { push, queue, counted } = openTestQueue({ spool });
    push(18);
    expect(queue.closeSync(1_000)).toEqual({ spooled: 0 });
    expect(counted.dropped).toEqual({ shutdown: 18 });
    const none = openTestQueue();
    none.push(3);
    none.queue.closeSync(1_000);
    expect(none.counted.dropped).toEqual({ shutdown: 3 });
  });

  it('also saves what an asynchronous close had begun with', async () => {
    const spool = createMemorySpool();
    const { push, queue, receiver, time } = openTestQueue({ spool });
    receiver.answer = 'hang';
    push(18);
    const closing = queue.close(times);
    await time.advance(10);
    queue.closeSync(1_000);
    await time.advance(2_000);
    await closing;
    expect(spool.batches.flatMap(fromBatch).toSorted((a, b) => a - b)).toEqual(upTo(18));
  });
});
