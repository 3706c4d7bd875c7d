import type { Spool } from '../spool/spool.ts';
import { type BatchEncoder, bytesOf, countOf, type EncodedRecords } from './batch-encoder.ts';
import type { BatchLimit } from './batch-limit.ts';
import { type PipelineClock, settlesWithin } from './pipeline-clock.ts';
import type { RecordQueue } from './record-queue.ts';

/** Moves records from memory to the disk. No method throws or rejects. */
export interface Overflow {
  /** Moves batches, oldest first, for as long as `while` says so; one run at a time. */
  start(goOn: () => boolean): void;
  /** Moves everything, within the time that is left; what remains is in the queue or still being written. */
  moveAll(deadlineMs: number): Promise<void>;
  /** As `moveAll`, for a process without another turn. */
  moveAllSync(deadlineMs: number): void;
  /** Forgets what waits in the queue and what is still being written. */
  giveUp(): void;
  /** Of the records on their way to the disk. */
  readonly count: number;
  readonly bytes: number;
}

/** What is moved and where. */
export interface OverflowOptions<T> {
  readonly queue: RecordQueue<T>;
  readonly spool: Spool | undefined;
  readonly encode: BatchEncoder<T>;
  readonly limit: BatchLimit;
  readonly maxBatchBytes: number;
  readonly clock: PipelineClock;
  /** Records have arrived on the disk. */
  readonly onSpooled: () => void;
}

// A disk that refuses is asked again later; meanwhile memory keeps what it can.
const askAgainMs = 5_000;

export function createOverflow<T>(options: OverflowOptions<T>): Overflow {
  const { queue, spool, encode, limit, clock } = options;
  let moving: readonly EncodedRecords<T>[] = [];
  let count = 0;
  let bytes = 0;
  let running: Promise<void> | undefined;
  let refusedUntilMs = 0;
  let isEnd = false;

  const setMoving = (parts: readonly EncodedRecords<T>[]): void => {
    moving = parts;
    const records = parts.flatMap((part) => part.records);
    count = countOf(records);
    bytes = bytesOf(records);
  };

  const takeBatch = (records: number): readonly EncodedRecords<T>[] => {
    const taken = queue.take(records, options.maxBatchBytes);
    // Apart, so that a full disk can give up what holds no errors.
    const groups = [taken.filter(({ isImportant }) => !isImportant), taken.filter(({ isImportant }) => isImportant)];
    return groups.flatMap(encode);
  };

  const refused = (parts: readonly EncodedRecords<T>[]): void => {
    refusedUntilMs = clock.elapsed() + askAgainMs;
    const records = parts.flatMap((part) => part.records).sort((a, b) => a.order - b.order);
    queue.putBack(records);
  };

  /** @returns whether the disk took it */
  const moveBatch = async (to: Spool): Promise<boolean> => {
    // Every batch waits several times for a disk that a busy machine is slow to ask: small ones would not all get there.
    const parts = takeBatch(isEnd ? limit.recordsAtEnd() : limit.records());
    for (const [index, { batch }] of parts.entries()) {
      const left = parts.slice(index);
      setMoving(left);
      const { kind } = await to.write(batch).catch(() => ({ kind: 'refused' as const }));
      setMoving([]);
      if (kind === 'refused') {
        refused(left);
        return false;
      }
      options.onSpooled();
    }
    return true;
  };

  const run = (goOn: () => boolean): void => {
    if (spool === undefined || running !== undefined || clock.elapsed() < refusedUntilMs || !goOn()) return;
    const loop = async (): Promise<void> => {
      while (goOn() && (await moveBatch(spool))) await clock.turn();
    };
    running = loop().finally(() => {
      running = undefined;
    });
  };

  return {
    start: run,
    async moveAll(deadlineMs) {
      isEnd = true;
      const isTime = (): boolean => clock.elapsed() < deadlineMs;
      if (running !== undefined) await settlesWithin(running, deadlineMs - clock.elapsed(), clock);
      // The last chance, also for a disk that has just refused.
      refusedUntilMs = 0;
      run(() => queue.length > 0 && isTime());
      if (running !== undefined) await settlesWithin(running, deadlineMs - clock.elapsed(), clock);
    },
    moveAllSync(deadlineMs) {
      if (spool === undefined) return;
      // Whether what is being written now arrives is not known; written twice is better than not at all.
      let parts = moving;
      setMoving([]);
      for (;;) {
        const failed = parts.findIndex(({ batch }) => writeSync(spool, batch) === 'refused');
        if (failed >= 0) return refused(parts.slice(failed));
        if (queue.length === 0 || clock.elapsed() >= deadlineMs) return;
        parts = takeBatch(limit.recordsAtEnd());
      }
    },
    giveUp() {
      queue.take(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
      setMoving([]);
    },
    get count() {
      return count;
    },
    get bytes() {
      return bytes;
    },
  };
}

function writeSync(spool: Spool, batch: Parameters<Spool['writeSync']>[0]): 'written' | 'refused' {
  try {
    return spool.writeSync(batch).kind;
  } catch {
    return 'refused';
  }
}
