import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import type { BackendLane } from './backend.ts';
import { type BatchEncoder, bytesOf, countOf, createBatchEncoder } from './batch-encoder.ts';
import { type BatchLimit, createBatchLimit } from './batch-limit.ts';
import { createOverflow, type Overflow } from './overflow.ts';
import { settlesWithin } from './pipeline-clock.ts';
import type { QueueReport, SignalQueue, SignalQueueOptions } from './queue-model.ts';
import { RecordQueue, type WaitingRecord } from './record-queue.ts';
import { createReplay, type Replay } from './replay.ts';
import { type Request, startRequest } from './request.ts';

// Far below what receivers take (4 MiB of gRPC by default), and encoded in a few milliseconds.
const mostBatchBytes = 1_048_576;
// What is being sent and written cannot make room any more: it must leave most of the memory to what can.
const batchShare = 1 / 8;
// A backend that takes longer to answer is treated as failing where memory fills up.
const slowAnswerMs = 1_000;
// Of the memory that may be used; from here on the disk takes what a backend that works is too slow for.
const crowdedShare = 0.75;
// For a request that was broken off to be given back.
const settleMs = 50;
// For each record that comes when the process is exiting.
const lastWordMs = 100;
// A disk that gives nothing back for so long does not hold up what is in memory, in whatever order it should go.
const diskPatienceMs = 5_000;
// A second try tells a dead backend from a connection that had gone stale.
const triesAtEnd = 2;

type Phase = 'open' | 'flushing' | 'closing' | 'closed' | 'exiting';

interface Sending<T> {
  readonly request: Request;
  /** Empty for what comes from the disk. */
  readonly records: readonly WaitingRecord<T>[];
  readonly count: number;
  readonly bytes: number;
  readonly batch: EncodedBatch;
  readonly startedMs: number;
  readonly isReplay: boolean;
  /** Settled when the outcome has been dealt with. */
  finished: Promise<void>;
}

/**
 * Records wait here until the backend has taken them: those that came last in memory, older ones on the disk while the
 * backend fails. One request is on its way at a time. A record reaches its backend at least once; it does so twice where
 * the answer was lost. What a process killed with SIGKILL had in memory is lost: nothing is told of its end.
 */
export function createSignalQueue<T>(options: SignalQueueOptions<T>): SignalQueue<T> {
  return new OpenQueue(options);
}

// A class because `push` is on the path of every span and line, and its state has many parts.
class OpenQueue<T> implements SignalQueue<T> {
  readonly #options: SignalQueueOptions<T>;
  readonly #records = new RecordQueue<T>();
  readonly #limit: BatchLimit;
  readonly #maxBatchBytes: number;
  readonly #encode: BatchEncoder<T>;
  readonly #overflow: Overflow;
  readonly #lane: BackendLane;
  readonly #replay: Replay | undefined;
  #phase: Phase = 'open';
  #sending: Sending<T> | undefined;
  #lastWasLive = false;
  /** Since when the oldest waits for its batch to be filled. */
  #waitingSinceMs = 0;
  #timer: { readonly atMs: number; readonly cancel: () => void } | undefined;
  /** The timer stands as early as it may, or another signal's request will wake us. */
  #isHurried = false;
  #failuresInRow = 0;
  /** Since when records in memory wait for the disk to give back older ones. */
  #behindSinceMs: number | undefined;

  constructor(options: SignalQueueOptions<T>) {
    const { clock, limits, signal, spool, observer, encode } = options;
    this.#options = options;
    this.#limit = createBatchLimit(limits.batchSize);
    this.#maxBatchBytes = Math.min(mostBatchBytes, limits.maxBytes * batchShare);
    const limit = this.#limit;
    const onUnencodable = ({ count }: WaitingRecord<T>): void => observer.dropped('encoding_failed', count);
    this.#encode = createBatchEncoder<T>({ encode, limit, clock, onUnencodable });
    const wake = (): void => this.#wakeIn(0);
    this.#overflow = createOverflow<T>({
      queue: this.#records,
      spool,
      encode: this.#encode,
      limit,
      maxBatchBytes: this.#maxBatchBytes,
      clock,
      onSpooled: wake,
    });
    this.#lane = options.joinBackend(wake);
    this.#replay = spool === undefined ? undefined : createReplay({ spool, signal, clock, onReady: wake });
    if (spool !== undefined && spool.waiting(signal) > 0) wake();
  }

  push(record: T, isImportant: boolean): void {
    const { limits, bytesOf, clock, observer, countOf = one } = this.#options;
    const count = countOf(record);
    if (this.#phase === 'closed') {
      observer.dropped('shutdown', count);
      return;
    }
    this.#records.push(record, { bytes: bytesOf(record), count, isImportant });
    if (this.#phase === 'exiting') {
      this.#moveSync(clock.elapsed() + lastWordMs);
      return;
    }
    const bytes = this.waitingBytes();
    if (bytes > limits.maxBytes) this.#makeRoom();
    if (bytes > limits.maxBytes * crowdedShare || this.#records.count > limits.maxQueueSize) this.#moveOverflow();
    if (this.#records.length === 1) this.#waitingSinceMs = clock.elapsed();
    if (this.#sending !== undefined || this.#isHurried) return;
    if (this.#records.length >= this.#limit.records()) {
      this.#isHurried = true;
      this.#wakeIn(0);
    } else if (this.#records.length === 1) this.#wakeIn(limits.delayMs);
  }

  async flush(budgetMs: number): Promise<void> {
    if (this.#phase !== 'open') return;
    await this.#drain('flushing', this.#options.clock.elapsed() + budgetMs);
    // A connection nobody answers would keep a process alive that has nothing else to do.
    await this.#breakOff('flushing', settleMs);
    this.#leave('flushing', 'open');
    this.#wakeIn(0);
  }

  async close({ flushMs, endMs }: { readonly flushMs: number; readonly endMs: number }): Promise<QueueReport> {
    const { clock, observer } = this.#options;
    const startedMs = clock.elapsed();
    await this.#drain('closing', startedMs + flushMs);
    await this.#breakOff('closing', Math.min(settleMs, startedMs + endMs - clock.elapsed()));
    this.#leave('closing', 'closed');
    this.#timer?.cancel();
    this.#takeBackSending();
    this.#lane.lastWord();
    await this.#overflow.moveAll(startedMs + endMs);
    const lost = this.waiting();
    this.#overflow.giveUp();
    if (lost > 0) observer.dropped('shutdown', lost);
    return { spooled: this.#spooled() };
  }

  closeSync(budgetMs: number): QueueReport {
    // After `close` there is nothing left to do, and in the middle of it the rest.
    if (this.#phase !== 'closed') this.#phase = 'exiting';
    this.#timer?.cancel();
    this.#takeBackSending();
    if (this.waiting() > 0) this.#moveSync(this.#options.clock.elapsed() + budgetMs);
    return { spooled: this.#spooled() };
  }

  waiting(): number {
    return this.#records.count + this.#overflow.count + (this.#sending?.count ?? 0);
  }

  waitingBytes(): number {
    return this.#records.bytes + this.#overflow.bytes + (this.#sending?.bytes ?? 0);
  }

  /** A flush may be overtaken by a close, and either by the exit of the process. */
  #leave(phase: Phase, next: Phase): void {
    if (this.#phase === phase) this.#phase = next;
  }

  /** Ends the request that is on its way, so that what becomes of it is known. */
  async #breakOff(phase: Phase, budgetMs: number): Promise<void> {
    if (this.#sending === undefined || this.#phase !== phase) return;
    this.#sending.request.abort();
    await settlesWithin(this.#sending.finished, budgetMs, this.#options.clock);
  }

  #spooled(): number {
    return this.#options.spool?.waiting(this.#options.signal) ?? 0;
  }

  #wakeIn(delayMs: number): void {
    const { clock } = this.#options;
    const atMs = clock.elapsed() + delayMs;
    if (this.#phase !== 'open' || (this.#timer !== undefined && this.#timer.atMs <= atMs)) return;
    this.#timer?.cancel();
    this.#timer = { atMs, cancel: clock.after(delayMs, () => this.#wake()) };
  }

  /** Sends what is due, or waits until something is. */
  #wake(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isHurried = false;
    if (this.#phase !== 'open') return;
    this.#moveOverflow();
    if (this.#sending !== undefined) return;
    const liveMs = Math.max(this.#liveDueInMs(), this.#behindForMs());
    const replayMs = this.#replay?.dueInMs() ?? Number.POSITIVE_INFINITY;
    const dueMs = Math.min(liveMs, replayMs);
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const backendMs = this.#lane.waitMs();
    const waitMs = Math.max(dueMs, backendMs);
    if (waitMs > 0) {
      this.#isHurried = backendMs >= dueMs;
      if (waitMs < Number.POSITIVE_INFINITY) this.#wakeIn(waitMs);
      return;
    }
    // In turn where both are due, so that neither starves the other; the replay paces itself besides.
    if (liveMs <= 0 && (replayMs > 0 || !this.#lastWasLive)) this.#sendLive();
    else this.#sendReplay();
  }

  #liveDueInMs(): number {
    const { clock, limits } = this.#options;
    if (this.#records.length === 0) return Number.POSITIVE_INFINITY;
    if (this.#records.length >= this.#limit.records()) return 0;
    return Math.max(0, this.#waitingSinceMs + limits.delayMs - clock.elapsed());
  }

  /** How long what is in memory has to wait for what is on the disk, or on its way there, at most. */
  #behindForMs(): number {
    const { inOrder = false, spool, signal, clock } = this.#options;
    if (!inOrder || spool === undefined || (spool.waiting(signal) === 0 && this.#overflow.count === 0)) {
      this.#behindSinceMs = undefined;
      return 0;
    }
    this.#behindSinceMs ??= clock.elapsed();
    return Math.max(0, this.#behindSinceMs + diskPatienceMs - clock.elapsed());
  }

  #sendLive(): void {
    const [first, ...others] = this.#encode(this.#records.take(this.#limit.records(), this.#maxBatchBytes));
    this.#records.putBack(others.flatMap(({ records }) => records));
    this.#waitingSinceMs = this.#options.clock.elapsed();
    if (first === undefined) this.#wakeIn(0);
    else this.#send(first.batch, first.records);
  }

  #sendReplay(): void {
    const batch = this.#replay?.current();
    this.#behindSinceMs = undefined;
    if (batch !== undefined) this.#send(batch, []);
  }

  #send(batch: EncodedBatch, records: readonly WaitingRecord<T>[]): void {
    const { clock, send, limits } = this.#options;
    this.#lane.begin();
    const request = startRequest(batch, { send, timeoutMs: limits.timeoutMs, clock });
    const sending: Sending<T> = {
      request,
      records,
      count: countOf(records),
      bytes: bytesOf(records),
      batch,
      startedMs: clock.elapsed(),
      isReplay: records.length === 0,
      finished: Promise.resolve(),
    };
    this.#sending = sending;
    const cancelCheck = clock.after(slowAnswerMs, () => this.#moveOverflow());
    sending.finished = request.outcome.then((outcome) => {
      cancelCheck();
      this.#tellLane(outcome);
      // Taken back by a shutdown that could not wait: the records are on the disk by now.
      if (this.#sending !== sending) return;
      this.#sending = undefined;
      this.#lastWasLive = !sending.isReplay;
      if (sending.isReplay) this.#settleReplay(sending, outcome);
      else this.#settleLive(sending, outcome);
      this.#wake();
    });
  }

  #tellLane(outcome: ExportOutcome): void {
    const { observer } = this.#options;
    this.#failuresInRow = outcome.kind === 'unavailable' ? this.#failuresInRow + 1 : 0;
    switch (outcome.kind) {
      case 'sent':
        if ((outcome.rejected ?? 0) > 0) this.#lane.refused(outcome.reason ?? 'records were rejected');
        else this.#lane.accepted();
        return;
      case 'unavailable':
        observer.failed();
        this.#lane.unavailable(outcome.reason, outcome.retryAfterMs);
        return;
      case 'too_large':
        observer.failed();
        this.#lane.answered();
        return;
      case 'refused':
        observer.failed();
        this.#lane.refused(outcome.reason);
    }
  }

  #settleLive({ records, count }: Sending<T>, outcome: ExportOutcome): void {
    switch (outcome.kind) {
      case 'sent':
        this.#limit.accepted();
        this.#settleSent(count, outcome.rejected);
        return;
      case 'unavailable':
        this.#records.putBack(records);
        this.#waitingSinceMs = Number.NEGATIVE_INFINITY;
        return;
      case 'too_large':
        this.#limit.tooLarge(records.length);
        this.#waitingSinceMs = Number.NEGATIVE_INFINITY;
        this.#records.putBack(records.length > 1 ? records : records.flatMap((record) => this.#halve(record)));
        return;
      case 'refused':
        this.#options.observer.dropped('refused', count);
    }
  }

  #settleReplay({ batch, startedMs }: Sending<T>, outcome: ExportOutcome): void {
    const { observer, clock, split } = this.#options;
    if (outcome.kind === 'unavailable') return;
    const parts = outcome.kind === 'too_large' && batch.records > 1 ? split(batch) : undefined;
    if (parts !== undefined) {
      this.#replay?.replaced(parts);
      return;
    }
    if (outcome.kind === 'sent') this.#settleSent(batch.records, outcome.rejected);
    else observer.dropped(outcome.kind, batch.records);
    this.#replay?.settled(clock.elapsed() - startedMs);
  }

  #settleSent(count: number, rejected = 0): void {
    const { observer } = this.#options;
    const refused = Math.min(count, rejected);
    if (refused > 0) observer.dropped('refused', refused);
    observer.exported(count - refused);
  }

  #halve(waiting: WaitingRecord<T>): readonly WaitingRecord<T>[] {
    const { observer, splitRecord, bytesOf, countOf = one } = this.#options;
    const parts = waiting.count > 1 ? splitRecord?.(waiting.record) : undefined;
    if (parts === undefined) observer.dropped('too_large', waiting.count);
    return (parts ?? []).map((record) => ({ ...waiting, record, bytes: bytesOf(record), count: countOf(record) }));
  }

  #makeRoom(): void {
    const { limits, observer } = this.#options;
    while (this.waitingBytes() > limits.maxBytes) {
      const given = this.#records.giveUpOne();
      if (given === undefined) return;
      observer.dropped('queue_full', given.count);
    }
  }

  #moveOverflow(): void {
    this.#overflow.start(() => this.#overflows());
  }

  #overflows(): boolean {
    const { limits, clock } = this.#options;
    if (this.#phase !== 'open' || this.#records.length === 0) return false;
    if (this.waitingBytes() > limits.maxBytes * crowdedShare) return true;
    if (this.#records.count <= limits.maxQueueSize) return false;
    const sinceMs = this.#sending?.startedMs;
    return this.#lane.isFailing() || (sinceMs !== undefined && clock.elapsed() - sinceMs >= slowAnswerMs);
  }

  #takeBackSending(): void {
    if (this.#sending === undefined) return;
    this.#records.putBack(this.#sending.records);
    this.#sending = undefined;
  }

  #moveSync(deadlineMs: number): void {
    this.#overflow.moveAllSync(deadlineMs);
    const lost = this.waiting();
    this.#overflow.giveUp();
    if (lost > 0) this.#options.observer.dropped('shutdown', lost);
  }

  /** Sends what waits in memory, one request after the other, as long as there is time and the backend answers. */
  async #drain(phase: 'flushing' | 'closing', deadlineMs: number): Promise<void> {
    const { clock, spool } = this.#options;
    this.#phase = phase;
    this.#failuresInRow = 0;
    const tries = this.#lane.isFailing() ? 1 : triesAtEnd;
    // Who asked for time gets it, where what waits is safe without it.
    const mayTry = (): boolean => this.#failuresInRow < tries && !(spool !== undefined && this.#lane.isAskedToWait());
    while (this.#phase === phase && clock.elapsed() < deadlineMs) {
      if (this.#sending !== undefined) {
        await settlesWithin(this.#sending.finished, deadlineMs - clock.elapsed(), clock);
        continue;
      }
      if (this.#records.length === 0 || !mayTry() || this.#behindForMs() > 0) return;
      this.#sendLive();
    }
  }
}

function one(): number {
  return 1;
}
