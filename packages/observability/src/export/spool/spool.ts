import type { EncodedBatch } from '../encoded-batch.ts';
import type { Signal } from '../signal.ts';

/** Why spooled records were lost. */
export type SpoolLossReason =
  /** The cap was reached and these were the least important, oldest first. */
  | 'spool_full'
  /** The disk is full, read-only or gone. */
  | 'spool_unwritable'
  /** Cut off or changed on disk; what could still be read was. */
  | 'spool_corrupted'
  /** Older than the spool keeps. */
  | 'spool_expired';

/** What became of a batch. */
export type SpoolWrite = { readonly kind: 'written' } | { readonly kind: 'refused'; readonly reason: SpoolLossReason };

/** A batch read back; it stays on disk until it was delivered. */
export interface SpooledBatch {
  readonly batch: EncodedBatch;
  /** It reached its receiver, or never will: not offered again, also not after a restart. */
  done(): Promise<void>;
}

/** What a spool tells about itself; none of these may throw. */
export interface SpoolObserver {
  bytes(onDisk: number): void;
  lost(signal: Signal, reason: SpoolLossReason, records: number): void;
  /** Once per change: the disk stopped taking batches, or takes them again. */
  changed(state: 'failing' | 'recovered', reason: string): void;
}

/**
 * Batches of one exporter on disk, bounded in bytes, that outlive the process. No method throws or rejects. What is lost
 * inside (evicted, corrupted, expired) is told to the observer; a batch refused by `write` is for the caller to count.
 */
export interface Spool {
  write(batch: EncodedBatch): Promise<SpoolWrite>;
  /** For a process that has no turn of the event loop left. */
  writeSync(batch: EncodedBatch): SpoolWrite;
  /** The oldest batch of the signal that is not done, among them what earlier processes left behind. */
  next(signal: Signal): Promise<SpooledBatch | undefined>;
  /** Records on disk. */
  waiting(signal: Signal): number;
  close(): Promise<void>;
}
