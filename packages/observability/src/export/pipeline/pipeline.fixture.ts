import { createManualClock } from '../../testing/manual-clock.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import type { Spool, SpoolWrite } from '../spool/spool.ts';
import { type BackendVoice, createBackend } from './backend.ts';
import type { PipelineClock } from './pipeline-clock.ts';
import type { QueueLimits, SignalQueue, SignalQueueOptions } from './queue-model.ts';
import { createSignalQueue } from './signal-queue.ts';

/** What a backend does with the next request. */
export type Answer = ExportOutcome | 'hang' | 'throw';

/** Numbers are the records; a batch is their list in JSON. */
export function toBatch(records: readonly number[], important: boolean): EncodedBatch {
  return {
    signal: 'traces',
    body: Buffer.from(JSON.stringify(records)),
    contentType: 'text/numbers',
    records: records.length,
    isImportant: important,
  };
}

export function fromBatch({ body }: EncodedBatch): number[] {
  return JSON.parse(Buffer.from(body).toString()) as number[];
}

/** A receiver of numbers that does as it is told. */
export function createReceiver() {
  const receiver = {
    answer: { kind: 'sent' } as Answer | ((records: readonly number[]) => Answer),
    requests: [] as number[][],
    /** What it took. */
    taken: [] as number[],
    atOnce: 0,
    mostAtOnce: 0,
    async send(batch: EncodedBatch, signal: AbortSignal): Promise<ExportOutcome> {
      const records = fromBatch(batch);
      receiver.requests.push(records);
      receiver.atOnce += 1;
      receiver.mostAtOnce = Math.max(receiver.mostAtOnce, receiver.atOnce);
      try {
        const answer = typeof receiver.answer === 'function' ? receiver.answer(records) : receiver.answer;
        if (answer === 'throw') throw new Error('broken');
        if (answer === 'hang') return await hang(signal);
        if (answer.kind === 'sent') receiver.taken.push(...records.slice(answer.rejected ?? 0));
        return await Promise.resolve(answer);
      } finally {
        receiver.atOnce -= 1;
      }
    },
  };
  return receiver;
}

function hang(signal: AbortSignal): Promise<ExportOutcome> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'unavailable', reason: 'no answer in time' }));
  });
}

/** A disk in memory. */
export function createMemorySpool() {
  const batches: EncodedBatch[] = [];
  const spool = {
    batches,
    state: 'works' as 'works' | 'refuses' | 'hangs',
    writeSync(batch: EncodedBatch): SpoolWrite {
      if (spool.state !== 'works') return { kind: 'refused', reason: 'spool_unwritable' };
      batches.push(batch);
      return { kind: 'written' };
    },
    write: (batch: EncodedBatch): Promise<SpoolWrite> =>
      spool.state === 'hangs' ? new Promise(() => undefined) : Promise.resolve(spool.writeSync(batch)),
    async next() {
      const [batch] = batches;
      if (batch === undefined) return undefined;
      const done = async (): Promise<void> => void batches.splice(batches.indexOf(batch), 1);
      return { batch, done };
    },
    waiting: () => batches.reduce((sum, { records }) => sum + records, 0),
    close: () => Promise.resolve(),
  } satisfies Spool & Record<string, unknown>;
  return spool;
}

export function createTestClock() {
  const manual = createManualClock();
  const clock: PipelineClock = {
    elapsed: manual.elapsed,
    after(delayMs, task) {
      const timer = manual.setTimeout(task, delayMs);
      return () => manual.clearTimeout(timer);
    },
    turn: () => Promise.resolve(),
  };
  return { ...manual, clock };
}

export interface TestQueueOptions {
  readonly limits?: Partial<QueueLimits>;
  readonly spool?: Spool | undefined;
  readonly random?: () => number;
  readonly receiver?: ReturnType<typeof createReceiver>;
  readonly queue?: Partial<SignalQueueOptions<number>>;
}

/** A queue of numbers before a receiver, with a clock that stands still. Every seventh is important. */
export function openTestQueue({
  limits,
  spool,
  random = () => 0.5,
  receiver = createReceiver(),
  queue,
}: TestQueueOptions = {}) {
  const time = createTestClock();
  const told: string[] = [];
  const counted = { dropped: {} as Record<string, number>, exported: 0, failed: 0 };
  const voice: BackendVoice = {
    failing: (trouble, _lane, reason) => told.push(`failing ${trouble}: ${reason}`),
    recovered: (trouble, _lane, outageMs) => told.push(`recovered ${trouble} after ${Math.round(outageMs / 1_000)} s`),
  };
  const retry = { firstMs: 500, longestMs: 30_000, failuresToOpen: 3 };
  const backend = createBackend({ retry, clock: time.clock, random, voice });
  const signalQueue: SignalQueue<number> = createSignalQueue<number>({
    signal: 'traces',
    encode: (records) => toBatch(records, records.some(isImportant)),
    bytesOf: () => 100,
    send: receiver.send,
    split: () => undefined,
    joinBackend: (onChange) => backend.lane({ exporter: 'test', signal: 'traces', url: 'http://test' }, onChange),
    spool,
    observer: {
      dropped(reason, count) {
        counted.dropped[reason] = (counted.dropped[reason] ?? 0) + count;
      },
      exported: (count) => (counted.exported += count),
      failed: () => (counted.failed += 1),
    },
    limits: { maxQueueSize: 20, maxBytes: 10_000, batchSize: 5, delayMs: 1_000, timeoutMs: 5_000, ...limits },
    clock: time.clock,
    ...queue,
  });
  let next = 0;
  const push = (count: number): void => {
    for (let pushed = 0; pushed < count; pushed += 1) {
      signalQueue.push(next, isImportant(next));
      next += 1;
    }
  };
  return { queue: signalQueue, receiver, time, told, counted, push, backend };
}

/** Every seventh. */
export function isImportant(record: number): boolean {
  return record % 7 === 0;
}

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
