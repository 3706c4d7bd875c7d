import { describe, expect, it } from 'vitest';
import { createMemorySpool, createReceiver, fromBatch, isImportant, openTestQueue, upTo } from './pipeline.fixture.ts';

const down = { kind: 'unavailable', reason: 'ECONNREFUSED' } as const;

describe('a signal queue', () => {
  it('waits for others to fill a batch, but not for ever', async () => {
    const { push, receiver, time, queue } = openTestQueue();
    push(2);
    await time.advance(999);
    expect(receiver.requests).toEqual([]);
    await time.advance(2);
    expect(receiver.requests).toEqual([[0, 1]]);
    expect(queue.waiting()).toBe(0);
  });

  it('sends a full batch at once, one request at a time, and the rest after its wait', async () => {
    const { push, receiver, time } = openTestQueue();
    push(13);
    await time.advance(20);
    expect(receiver.requests).toEqual([upTo(5), [5, 6, 7, 8, 9]]);
    await time.advance(1_000);
    expect(receiver.requests.at(-1)).toEqual([10, 11, 12]);
    expect(receiver.mostAtOnce).toBe(1);
  });

  it('keeps a burst many times its size, whether the backend works or not', async () => {
    for (const answer of [{ kind: 'sent' }, down] as const) {
      const spool = createMemorySpool();
      const { push, receiver, time, counted } = openTestQueue({ spool, limits: { maxBytes: 10_000_000 } });
      receiver.answer = answer;
      push(10_000);
      await time.advance(10_000);
      receiver.answer = { kind: 'sent' };
      await time.advance(600_000);
      expect(receiver.taken.toSorted((a, b) => a - b)).toEqual(upTo(10_000));
      expect(counted).toMatchObject({ dropped: {}, exported: 10_000 });
    }
  });

  it('moves to the disk what is more than may wait in memory while the backend fails, oldest first', async () => {
    const spool = createMemorySpool();
    const { push, receiver, time, queue } = openTestQueue({ spool });
    receiver.answer = down;
    push(50);
    await time.advance(100);
    expect(queue.waiting()).toBeLessThanOrEqual(20);
    expect(queue.waiting() + spool.waiting()).toBe(50);
    expect(spool.batches.flatMap(fromBatch).toSorted((a, b) => a - b)).toEqual(upTo(spool.waiting()));
  });

  it('keeps batches with errors apart from others on the disk', async () => {
    const spool = createMemorySpool();
    const { push, receiver, time } = openTestQueue({ spool });
    receiver.answer = down;
    push(50);
    await time.advance(100);
    for (const batch of spool.batches) {
      expect(new Set(fromBatch(batch).map(isImportant))).toEqual(new Set([batch.isImportant]));
    }
  });

  it('leaves a burst in memory while the backend takes it', async () => {
    const spool = createMemorySpool();
    const { push, time, receiver } = openTestQueue({ spool });
    push(70);
    await time.advance(2_000);
    expect(receiver.taken).toEqual(upTo(70));
    expect(spool.batches).toEqual([]);
  });

  it('takes a backend for failing that lets it wait while memory fills', async () => {
    const spool = createMemorySpool();
    const { push, receiver, time, queue } = openTestQueue({ spool });
    receiver.answer = 'hang';
    push(60);
    await time.advance(1_100);
    expect(queue.waiting()).toBeLessThanOrEqual(25);
    expect(queue.waiting() + spool.waiting()).toBe(60);
  });

  it('loses nothing in an outage, replays oldest first beside live records, and says twice in all that there was one', async () => {
    const spool = createMemorySpool();
    const { push, receiver, time, told, counted } = openTestQueue({ spool });
    receiver.answer = down;
    for (let second = 0; second < 60; second += 1) {
      push(10);
      await time.advance(1_000);
    }
    receiver.answer = { kind: 'sent' };
    receiver.requests = [];
    for (let second = 0; second < 60; second += 1) {
      push(10);
      await time.advance(1_000);
    }
    expect(receiver.taken.toSorted((a, b) => a - b)).toEqual(upTo(1_200));
    expect(counted).toMatchObject({ dropped: {}, exported: 1_200 });
    expect(told).toEqual(['failing unavailable: ECONNREFUSED', expect.stringMatching(/^recovered unavailable after/)]);
    const replayed = receiver.taken.filter((record) => record < 500 && !isImportant(record));
    expect(replayed).toEqual(replayed.toSorted((a, b) => a - b));
  });

  it('gives a backend that has come back a pause between spooled batches, and live records their turn', async () => {
    const spool = createMemorySpool();
    for (let index = 0; index < 100; index += 1) {
      spool.writeSync({
        signal: 'traces',
        body: Buffer.from(`[${1_000 + index}]`),
        contentType: '',
        records: 1,
        isImportant: false,
      });
    }
    const { push, receiver, time } = openTestQueue({ spool });
    push(30);
    await time.advance(1_000);
    expect(receiver.taken.filter((record) => record < 30)).toEqual(upTo(30));
    const replayed = receiver.taken.filter((record) => record >= 1_000).length;
    expect(replayed).toBeGreaterThan(5);
    expect(replayed).toBeLessThanOrEqual(11);
  });

  it('sends what is on the disk before what is in memory, where the receiver wants them in order', async () => {
    const spool = createMemorySpool();
    const { queue, receiver, time, counted } = openTestQueue({ spool, queue: { inOrder: true } });
    receiver.answer = down;
    let next = 0;
    for (let second = 0; second < 120; second += 1) {
      if (second === 60) receiver.answer = { kind: 'sent' };
      for (let pushed = 0; pushed < 10; pushed += 1) queue.push(next++, false);
      await time.advance(1_000);
    }
    await time.advance(10_000);
    expect(receiver.taken).toEqual(upTo(1_200));
    expect(counted).toMatchObject({ dropped: {}, exported: 1_200 });
  });

  it('keeps the order over an end: what is newer than what is on the disk goes there, too', async () => {
    const spool = createMemorySpool();
    spool.writeSync({ signal: 'traces', body: Buffer.from('[100]'), contentType: '', records: 1, isImportant: false });
    const { queue, receiver } = openTestQueue({ spool, queue: { inOrder: true } });
    queue.push(101, false);
    await queue.close({ flushMs: 500, endMs: 1_000 });
    expect(receiver.taken).toEqual([]);
    expect(spool.batches.flatMap(fromBatch)).toEqual([100, 101]);
  });

  it('does not wait for ever for a disk that should give something back', async () => {
    const spool = { ...createMemorySpool(), next: () => new Promise<undefined>(() => undefined), waiting: () => 7 };
    const { push, receiver, time } = openTestQueue({ spool, queue: { inOrder: true } });
    push(3);
    await time.advance(4_000);
    expect(receiver.taken).toEqual([]);
    await time.advance(3_000);
    expect(receiver.taken).toEqual([0, 1, 2]);
    push(1);
    await time.advance(3_000);
    expect(receiver.taken).toEqual([0, 1, 2, 3]);
  });

  it('replays what an earlier process left, with nothing of its own to send', async () => {
    const spool = createMemorySpool();
    spool.writeSync({ signal: 'traces', body: Buffer.from('[7,8]'), contentType: '', records: 2, isImportant: false });
    const { receiver, time, counted } = openTestQueue({ spool });
    await time.advance(1_000);
    expect(receiver.taken).toEqual([7, 8]);
    expect(counted.exported).toBe(2);
    expect(spool.batches).toEqual([]);
  });

  it('keeps its memory bounded without a disk: drops the oldest, those with errors last, and counts them', async () => {
    const { push, receiver, time, queue, counted } = openTestQueue({ limits: { maxBytes: 2_000 } });
    receiver.answer = down;
    push(100);
    await time.advance(10);
    expect(queue.waitingBytes()).toBeLessThanOrEqual(2_000);
    expect(counted.dropped).toEqual({ queue_full: 100 - queue.waiting() });
    receiver.answer = { kind: 'sent' };
    await time.advance(60_000);
    // Every seventh survives; of the others the last.
    expect(receiver.taken.filter(isImportant)).toEqual(upTo(100).filter(isImportant));
    const others = receiver.taken.filter((record) => !isImportant(record));
    expect(others).toEqual(
      upTo(100)
        .filter((record) => !isImportant(record))
        .slice(-others.length),
    );
  });

  it('works from memory while the disk refuses or hangs', async () => {
    for (const state of ['refuses', 'hangs'] as const) {
      const spool = createMemorySpool();
      spool.state = state;
      const { push, receiver, time, queue, counted } = openTestQueue({ spool, limits: { maxBytes: 6_000 } });
      receiver.answer = down;
      push(50);
      await time.advance(10_000);
      expect(queue.waiting()).toBe(50);
      push(50);
      expect(queue.waitingBytes()).toBeLessThanOrEqual(6_000);
      spool.state = 'works';
      receiver.answer = { kind: 'sent' };
      await time.advance(120_000);
      const stuck = queue.waiting();
      expect(counted.exported + (counted.dropped['queue_full'] ?? 0) + stuck).toBe(100);
      if (state === 'refuses') expect(stuck).toBe(0);
    }
  });

  it('asks a disk that refused again later', async () => {
    const spool = createMemorySpool();
    spool.state = 'refuses';
    const { push, receiver, time } = openTestQueue({ spool });
    receiver.answer = down;
    push(50);
    await time.advance(1_000);
    spool.state = 'works';
    await time.advance(30_000);
    expect(spool.waiting()).toBeGreaterThanOrEqual(30);
  });

  it('drops and counts what the backend refuses for good, and says so once', async () => {
    const { push, receiver, time, counted, told, queue } = openTestQueue();
    receiver.answer = { kind: 'refused', reason: 'HTTP 400' };
    push(20);
    await time.advance(2_000);
    expect(counted).toMatchObject({ dropped: { refused: 20 }, exported: 0, failed: 4 });
    expect(told).toEqual(['failing refused: HTTP 400']);
    expect(queue.waiting()).toBe(0);
    receiver.answer = { kind: 'sent' };
    push(5);
    await time.advance(100);
    expect(told).toHaveLength(1);
    await time.advance(30_000);
    push(5);
    await time.advance(100);
    expect(told.at(-1)).toMatch(/^recovered refused/);
  });

  it('counts the records of a batch that were taken but not kept, and never sends them again', async () => {
    const { push, receiver, time, counted } = openTestQueue();
    receiver.answer = { kind: 'sent', rejected: 2, reason: 'too old' };
    push(5);
    await time.advance(10_000);
    expect(counted).toMatchObject({ dropped: { refused: 2 }, exported: 3, failed: 0 });
    expect(receiver.requests).toHaveLength(1);
  });

  it('halves what is too long until it fits, and drops only the record that never does', async () => {
    const { push, receiver, time, counted } = openTestQueue({ limits: { batchSize: 16, maxQueueSize: 100 } });
    receiver.answer = (records) =>
      records.includes(11) || records.length > 9 ? { kind: 'too_large', reason: 'HTTP 413' } : { kind: 'sent' };
    push(32);
    await time.advance(10_000);
    expect(receiver.taken).toEqual(upTo(32).filter((record) => record !== 11));
    expect(counted.dropped).toEqual({ too_large: 1 });
  });

  it('parts a record that is too long by itself, where it can be parted', async () => {
    const { receiver, time, counted, queue } = openTestQueue({
      queue: {
        countOf: (record) => record,
        splitRecord: (record) => [Math.floor(record / 2), Math.ceil(record / 2)],
      },
      limits: { batchSize: 1, maxQueueSize: 1_000 },
    });
    receiver.answer = ([record = 0]) => (record > 30 ? { kind: 'too_large', reason: 'HTTP 413' } : { kind: 'sent' });
    queue.push(100, false);
    await time.advance(1_000);
    expect(receiver.taken).toEqual([25, 25, 25, 25]);
    expect(counted).toMatchObject({ dropped: {}, exported: 100 });
  });

  it('parts spooled batches that are too long, and marks them done when the last part was taken', async () => {
    const spool = createMemorySpool();
    const batch = (records: number[]) => ({
      signal: 'traces' as const,
      body: Buffer.from(JSON.stringify(records)),
      contentType: 'text/numbers',
      records: records.length,
      isImportant: false,
    });
    spool.writeSync(batch([1, 2, 3, 4]));
    const { receiver, time, counted } = openTestQueue({
      spool,
      queue: {
        split(whole) {
          const records = fromBatch(whole);
          return [batch(records.slice(0, records.length / 2)), batch(records.slice(records.length / 2))];
        },
      },
    });
    receiver.answer = (records) => (records.length > 2 ? { kind: 'too_large', reason: '413' } : { kind: 'sent' });
    await time.advance(50);
    expect(receiver.taken).toEqual([1, 2]);
    expect(spool.batches).toHaveLength(1);
    await time.advance(1_000);
    expect(receiver.taken).toEqual([1, 2, 3, 4]);
    expect(spool.batches).toEqual([]);
    expect(counted).toMatchObject({ dropped: {}, exported: 4 });
  });

  it('drops the one record that cannot be encoded', async () => {
    const { push, receiver, time, counted } = openTestQueue({
      queue: {
        encode(records) {
          if (records.includes(3)) throw new Error('cannot');
          return {
            signal: 'traces',
            body: Buffer.from(JSON.stringify(records)),
            contentType: '',
            records: records.length,
            isImportant: false,
          };
        },
      },
    });
    push(10);
    await time.advance(5_000);
    expect(receiver.taken).toEqual([0, 1, 2, 4, 5, 6, 7, 8, 9]);
    expect(counted.dropped).toEqual({ encoding_failed: 1 });
  });

  it('gives up on a silent backend after its timeout and tries again', async () => {
    const { push, receiver, time, counted, told } = openTestQueue();
    receiver.answer = 'hang';
    push(5);
    await time.advance(5_100);
    expect(counted.failed).toBe(1);
    receiver.answer = { kind: 'sent' };
    await time.advance(5_000);
    expect(receiver.taken).toEqual(upTo(5));
    expect(told).toEqual([]);
  });

  it('survives a transport that throws, and one that never settles', async () => {
    const { push, receiver, time } = openTestQueue();
    receiver.answer = 'throw';
    push(5);
    await time.advance(100);
    const deaf = openTestQueue({ queue: { send: () => new Promise(() => undefined) } });
    deaf.push(5);
    await deaf.time.advance(6_000);
    expect(deaf.counted.failed).toBe(1);
    receiver.answer = { kind: 'sent' };
    await time.advance(5_000);
    expect(receiver.taken).toEqual(upTo(5));
  });

  it('learns to encode fewer records at once where encoding takes long', async () => {
    let elapsedMs = 0;
    const receiver = createReceiver();
    const { time, push } = openTestQueue({ limits: { batchSize: 500, maxQueueSize: 5_000, maxBytes: 1e9 }, receiver });
    expect(time.elapsed()).toBe(elapsedMs);
    const slow = openTestQueue({
      receiver: createReceiver(),
      limits: { batchSize: 500, maxQueueSize: 5_000, maxBytes: 1e9 },
      queue: {
        clock: { elapsed: () => elapsedMs, after: () => () => undefined, turn: () => Promise.resolve() },
        encode(records) {
          elapsedMs += records.length / 10;
          return {
            signal: 'traces',
            body: Buffer.from(JSON.stringify(records)),
            contentType: '',
            records: records.length,
            isImportant: false,
          };
        },
      },
    });
    push(500);
    await time.advance(10);
    expect(receiver.requests.map((request) => request.length)).toEqual([500]);
    slow.push(1_500);
    await slow.queue.flush(1e9);
    const sizes = slow.receiver.requests.map((request) => request.length);
    expect(sizes[0]).toBe(500);
    expect(sizes[1]).toBe(80);
    expect(slow.receiver.taken).toEqual(upTo(1_500));
  });

  it('takes no notice of the time of day', async () => {
    const { push, receiver, time } = openTestQueue();
    receiver.answer = { ...down, retryAfterMs: 10_000 };
    push(5);
    await time.advance(100);
    receiver.answer = { kind: 'sent' };
    time.setTime(0);
    await time.advance(9_800);
    expect(receiver.taken).toEqual([]);
    time.setTime(Date.UTC(2090, 0, 1));
    await time.advance(200);
    expect(receiver.taken).toEqual(upTo(5));
  });
});
