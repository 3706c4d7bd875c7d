import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import type { Signal } from '../signal.ts';
import type { Spool } from '../spool/spool.ts';
import type { BackendLane } from './backend.ts';
import type { PipelineClock } from './pipeline-clock.ts';

/** Why the queue gave records up; what a spool loses has reasons of its own. */
export type QueueDropReason =
  /** Memory was full, and the disk took no more. */
  | 'queue_full'
  /** The backend did not want them, or not all of a batch. */
  | 'refused'
  /** One record alone is longer than the backend takes. */
  | 'too_large'
  | 'encoding_failed'
  /** The process ended, and the disk took no more. */
  | 'shutdown';

/** What the queue tells; none of these may throw. */
export interface QueueObserver {
  dropped(reason: QueueDropReason, records: number): void;
  /** The backend took them. */
  exported(records: number): void;
  /** A request failed. */
  failed(): void;
}

/** How much waits, and for how long. */
export interface QueueLimits {
  /** Records that stay in memory while the backend fails; older ones are moved to the spool. */
  readonly maxQueueSize: number;
  /** Estimated memory of all that waits; beyond it records are dropped. */
  readonly maxBytes: number;
  /** Records in one request. */
  readonly batchSize: number;
  /** Longest wait of a record for others to fill its batch. */
  readonly delayMs: number;
  /** Longest wait for an answer. */
  readonly timeoutMs: number;
}

/** One signal of one exporter. */
export interface SignalQueueOptions<T> {
  readonly signal: Signal;
  readonly encode: (records: readonly T[]) => EncodedBatch;
  /** Estimated memory of a record that waits. */
  readonly bytesOf: (record: T) => number;
  /** What a record counts as. @default 1 */
  readonly countOf?: (record: T) => number;
  /** Halves of a record that is too long by itself; where it cannot be parted it is dropped. */
  readonly splitRecord?: (record: T) => readonly T[] | undefined;
  readonly send: (batch: EncodedBatch, abort: AbortSignal) => Promise<ExportOutcome>;
  /** Halves of a batch that was too long; undefined where it cannot be parted. */
  readonly split: (batch: EncodedBatch) => readonly EncodedBatch[] | undefined;
  /** Makes this queue known to its backend. */
  readonly joinBackend: (onChange: () => void) => BackendLane;
  readonly spool: Spool | undefined;
  /**
   * Whether the receiver must get older records first, as one does that refuses a value older than the last of its series:
   * then what is on the disk goes before what is in memory. @default false
   */
  readonly inOrder?: boolean;
  readonly observer: QueueObserver;
  readonly limits: QueueLimits;
  readonly clock: PipelineClock;
}

/** What a closing queue did with its last records. */
export interface QueueReport {
  /** On the disk, for the next start. */
  readonly spooled: number;
}

/** Keeps records until their backend has taken them. No method throws or rejects. */
export interface SignalQueue<T> {
  push(record: T, isImportant: boolean): void;
  /** Sends what waits in memory, within the budget, and breaks off what takes longer. */
  flush(budgetMs: number): Promise<void>;
  /** As `flush`, until `flushMs` from now; then moves the rest to the disk until `endMs` from now, and drops what is left. */
  close(times: { readonly flushMs: number; readonly endMs: number }): Promise<QueueReport>;
  /** For a process without another turn: everything goes to the disk, and what comes later at once; the rest is dropped. */
  closeSync(budgetMs: number): QueueReport;
  /** Records in memory. */
  waiting(): number;
  /** Estimated memory they take. */
  waitingBytes(): number;
}
