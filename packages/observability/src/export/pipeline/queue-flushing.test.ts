import { describe, expect, it } from 'vitest';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import { createMemorySpool, openTestQueue, toBatch, upTo } from './pipeline.fixture.ts';

describe('the flush of a signal queue', () => {
  it('has told of a backend that is silent when it is over', async () => {
    const { push, queue, counted, time } = openTestQueue({ queue: { send: endsLate } });
    // As a socket does, which tells of its end in a later turn.
    function endsLate(_batch: EncodedBatch, abort: AbortSignal): Promise<ExportOutcome> {
      return new Promise((resolve) => {
        const settle = (): void => resolve({ kind: 'unavailable', reason: 'no answer in time' });
        abort.addEventListener('abort', () => time.clock.after(10, settle));
      });
    }
    push(2);
    const flushed = queue.flush(100).then(() => counted.failed);
    await time.advance(200);
    expect(await flushed).toBe(1);
  });

  it('leaves a close alone that came meanwhile: its request goes on, and the queue stays closed', async () => {
    const { push, queue, receiver, counted, time } = openTestQueue({ spool: createMemorySpool() });
    receiver.answer = 'hang';
    push(2);
    const flushed = queue.flush(400);
    await time.advance(300);
    const closing = queue.close({ flushMs: 1_000, endMs: 1_600 });
    await time.advance(2_000);
    await flushed;
    expect(await closing).toEqual({ spooled: 2 });
    expect(receiver.requests).toHaveLength(1);
    push(1);
    expect(counted.dropped).toEqual({ shutdown: 1 });
    receiver.answer = { kind: 'sent' };
    await time.advance(60_000);
    expect(receiver.requests).toHaveLength(1);
  });

  it('goes on after records that cannot be encoded', async () => {
    const { push, queue, receiver, counted } = openTestQueue({
      limits: { batchSize: 1 },
      queue: {
        encode(records) {
          if (records.some((record) => record < 3)) throw new Error('no');
          return toBatch(records, false);
        },
      },
    });
    push(6);
    await queue.flush(1_000);
    expect(counted.dropped).toEqual({ encoding_failed: 3 });
    expect(receiver.taken).toEqual(upTo(6).slice(3));
  });
});
