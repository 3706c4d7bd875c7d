import { type Signal, signals } from '../signal.ts';
import { type BatchQueue, createBatchQueue } from './batch-queue.ts';
import type { Segment, StoredBatch } from './segment.ts';
import type { SpoolLossReason, SpoolObserver } from './spool.ts';

/** What lies on disk as far as this process is responsible for it: its own segments and those it adopted. */
export class Inventory {
  readonly #observer: SpoolObserver;
  readonly #queues: Readonly<Record<'important' | 'normal', Readonly<Record<Signal, BatchQueue>>>>;
  readonly #segments = new Set<Segment>();
  readonly #waiting: Record<Signal, number> = { logs: 0, metrics: 0, traces: 0 };
  /** Records evicted while a caller had them to send: lost only if that fails as well. */
  readonly #undecided = new Map<StoredBatch, SpoolLossReason>();
  #bytes = 0;
  #batches = 0;

  constructor(observer: SpoolObserver) {
    this.#observer = observer;
    this.#queues = { important: createQueues(), normal: createQueues() };
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Each costs some 120 bytes of memory. */
  get batches(): number {
    return this.#batches;
  }

  get segments(): ReadonlySet<Segment> {
    return this.#segments;
  }

  waiting(signal: Signal): number {
    return this.#waiting[signal];
  }

  addSegment(segment: Segment): void {
    this.#segments.add(segment);
    this.resize(segment.bytes);
  }

  /** @param bytes more than before, or fewer */
  resize(bytes: number): void {
    this.#bytes += bytes;
    if (bytes !== 0) this.#observer.bytes(this.#bytes);
  }

  /** @param batches all of one signal and importance, in order */
  addBatches(batches: readonly StoredBatch[]): void {
    for (const batch of batches) {
      const { segment } = batch;
      segment.batches.push(batch);
      segment.live += 1;
      this.#waiting[segment.signal] += batch.records;
    }
    this.#batches += batches.length;
    const [first] = batches;
    if (first !== undefined) this.#queues[importanceOf(first.segment)][first.segment.signal].add(batches);
  }

  /** The oldest of a signal, errors or not. */
  first(signal: Signal): StoredBatch | undefined {
    return older(this.#queues.normal[signal].first(), this.#queues.important[signal].first());
  }

  /** The oldest of all signals that are as important. */
  oldest(isImportant: boolean): StoredBatch | undefined {
    const queues = this.#queues[isImportant ? 'important' : 'normal'];
    return signals.map((signal) => queues[signal].first()).reduce(older, undefined);
  }

  /** @param reason why it is lost; without one it was delivered */
  drop(batch: StoredBatch, reason?: SpoolLossReason): void {
    const { segment, records, state } = batch;
    if (state === 'gone') return;
    batch.state = 'gone';
    segment.live -= 1;
    this.#batches -= 1;
    this.#waiting[segment.signal] -= records;
    if (reason === undefined) return;
    if (state === 'given') this.#undecided.set(batch, reason);
    else this.#observer.lost(segment.signal, reason, records);
  }

  /** Forgets a file; what is still in it is lost for this reason. */
  dropSegment(segment: Segment, reason?: SpoolLossReason): void {
    if (segment.isGone) return;
    segment.isGone = true;
    for (const batch of segment.batches) if (batch.state !== 'gone') this.drop(batch, reason);
    segment.batches.length = 0;
    this.#segments.delete(segment);
    this.resize(-segment.bytes);
  }

  /** It was delivered although there was no room for it any more. */
  rescue(batch: StoredBatch): void {
    this.#undecided.delete(batch);
  }

  /** Counts what was evicted while a caller had it and then did not deliver it. */
  decide(signal?: Signal): void {
    for (const [batch, reason] of this.#undecided) {
      if (signal !== undefined && batch.segment.signal !== signal) continue;
      this.#undecided.delete(batch);
      this.#observer.lost(batch.segment.signal, reason, batch.records);
    }
  }
}

function importanceOf(segment: Segment): 'important' | 'normal' {
  return segment.isImportant ? 'important' : 'normal';
}

function older(a: StoredBatch | undefined, b: StoredBatch | undefined): StoredBatch | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a.sequence <= b.sequence ? a : b;
}

function createQueues(): Readonly<Record<Signal, BatchQueue>> {
  return { logs: createBatchQueue(), metrics: createBatchQueue(), traces: createBatchQueue() };
}
