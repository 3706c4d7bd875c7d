import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';

/** The way to one receiver of one signal. */
export interface Transport {
  /**
   * Sends a batch once; whether it is sent again is decided by who called. Never rejects, settles soon after `abort`,
   * reads a bounded reply, follows no redirect, and keeps no program alive that has nothing else to do.
   */
  send(batch: EncodedBatch, abort: AbortSignal): Promise<ExportOutcome>;
  /** Lets go of connections. */
  close(): void;
}
