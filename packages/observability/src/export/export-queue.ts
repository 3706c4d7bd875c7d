import type { ExportOutcome, SendBatch } from './export-outcome.ts';

/** Why a record was lost. */
export type ExportDropReason = 'queue_full' | 'refused' | 'shutdown';

/** What the queue tells about itself; none of these may throw. */
export interface ExportObserver {
  size(waiting: number): void;
  dropped(reason: ExportDropReason, count: number): void;
  failed(): void;
  /** Once per change: the backend stopped taking records, or takes them again. */
  changed(state: 'failing' | 'recovered', reason: string): void;
}

/** What to send, how much of it and when. */
export interface ExportQueueOptions<T> {
  readonly send: SendBatch<T>;
  readonly observer: ExportObserver;
  /** Records kept at most, those being sent included. */
  readonly maxQueueSize: number;
  readonly batchSize: number;
  /** Longest wait of a record for others to fill its batch. */
  readonly delayMs: number;
  readonly timeoutMs: number;
  /** 0 (inclusive) to 1; spreads the retries of many processes. */
  readonly random: () => number;
}

/** What a closing queue did with its last records. */
export interface CloseResult {
  readonly sent: number;
  readonly lost: number;
}

/** A bounded queue in front of one backend. No method throws or rejects. */
export interface ExportQueue<T> {
  push(record: T): void;
  /** Sends everything that waits, within the budget, and breaks off what takes longer; returns how much was sent. */
  flush(budgetMs: number): Promise<number>;
  /** Flushes, drops the rest and counts it; records pushed later are dropped as well. */
  close(budgetMs: number): Promise<CloseResult>;
  waiting(): number;
}

const firstRetryMs = 500;
const longestRetryMs = 30_000;

/**
 * Batches records for a backend that may be slow, dead or hostile. A batch leaves the queue when it was taken, so that an
 * outage shorter than the queue is deep loses nothing; when the queue is full, the newest are dropped and counted.
 */
export function createExportQueue<T>(options: ExportQueueOptions<T>): ExportQueue<T> {
  const { observer } = options;
  const records: T[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: { readonly finished: Promise<void>; readonly abort: AbortController } | undefined;
  let failures = 0;
  let retryAtMs = 0;
  let sent = 0;
  let closed = false;

  const schedule = (delayMs: number): void => {
    if (timer !== undefined || closed) return;
    timer = setTimeout(() => {
      timer = undefined;
      void sendNext();
    }, delayMs);
    // The process may end while records wait; whoever started the queue flushes it then.
    timer.unref();
  };

  const settle = (batch: readonly T[], outcome: ExportOutcome): void => {
    if (closed) return;
    if (outcome.kind === 'unavailable') {
      failures += 1;
      observer.failed();
      if (failures === 1) observer.changed('failing', outcome.reason);
      const backoffMs = Math.min(longestRetryMs, firstRetryMs * 2 ** (failures - 1)) * (0.5 + options.random() / 2);
      retryAtMs = performance.now() + Math.max(backoffMs, outcome.retryAfterMs ?? 0);
      return;
    }
    records.splice(0, batch.length);
    observer.size(records.length);
    if (outcome.kind !== 'sent') {
      observer.failed();
      observer.dropped('refused', batch.length);
      if (failures === 0) observer.changed('failing', outcome.reason);
      failures += 1;
    } else {
      const rejected = Math.min(outcome.rejected ?? 0, batch.length);
      if (rejected > 0) observer.dropped('refused', rejected);
      sent += batch.length - rejected;
      if (failures > 0) observer.changed('recovered', '');
      failures = 0;
    }
    retryAtMs = 0;
  };

  const sendNext = (): Promise<void> => {
    if (sending !== undefined) return sending.finished;
    if (records.length === 0) return Promise.resolve();
    const batch = records.slice(0, options.batchSize);
    const abort = new AbortController();
    const finished = sendWithin(batch, abort).then((outcome) => {
      sending = undefined;
      settle(batch, outcome);
      if (records.length > 0) schedule(nextDelay());
    });
    sending = { finished, abort };
    return finished;
  };

  const sendWithin = async (batch: readonly T[], abort: AbortController): Promise<ExportOutcome> => {
    const limit = setTimeout(() => abort.abort(), options.timeoutMs);
    limit.unref();
    try {
      return await options.send(batch, abort.signal);
    } catch (error) {
      return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
    } finally {
      clearTimeout(limit);
    }
  };

  const nextDelay = (): number => {
    const untilRetryMs = Math.max(0, retryAtMs - performance.now());
    if (failures > 0) return untilRetryMs;
    return records.length >= options.batchSize ? 0 : options.delayMs;
  };

  const sendAll = async (budgetMs: number): Promise<number> => {
    const endAt = performance.now() + budgetMs;
    const sentBefore = sent;
    let tries = 0;
    while (records.length > 0 && performance.now() < endAt && tries < 2) {
      const failuresBefore = failures;
      const current = sendNext();
      await within(current, endAt - performance.now());
      // Once more after a failure, because the first may have begun long before; then the backend is taken as dead.
      tries = failures > failuresBefore ? tries + 1 : 0;
    }
    return sent - sentBefore;
  };

  return {
    push(record) {
      if (closed) return observer.dropped('shutdown', 1);
      if (records.length >= options.maxQueueSize) return observer.dropped('queue_full', 1);
      records.push(record);
      observer.size(records.length);
      if (records.length === options.batchSize && failures === 0) {
        clearTimeout(timer);
        timer = undefined;
      }
      schedule(nextDelay());
    },
    async flush(budgetMs) {
      const sentNow = await sendAll(budgetMs);
      // A connection nobody answers would keep a process alive that has nothing else to do.
      sending?.abort.abort();
      return sentNow;
    },
    async close(budgetMs) {
      const sentLast = await sendAll(budgetMs);
      closed = true;
      clearTimeout(timer);
      sending?.abort.abort();
      const lost = records.length;
      records.length = 0;
      observer.size(0);
      if (lost > 0) observer.dropped('shutdown', lost);
      return { sent: sentLast, lost };
    },
    waiting: () => records.length,
  };
}

async function within(work: Promise<void>, budgetMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, budgetMs));
  });
  await Promise.race([work, limit]);
  clearTimeout(timer);
}
