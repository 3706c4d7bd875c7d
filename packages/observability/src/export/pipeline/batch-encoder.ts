import type { EncodedBatch } from '../encoded-batch.ts';
import type { BatchLimit } from './batch-limit.ts';
import type { PipelineClock } from './pipeline-clock.ts';
import type { WaitingRecord } from './record-queue.ts';

/** Records and the bytes they became. */
export interface EncodedRecords<T> {
  readonly records: readonly WaitingRecord<T>[];
  readonly batch: EncodedBatch;
}

/** What encoding needs. */
export interface BatchEncoderOptions<T> {
  readonly encode: (records: readonly T[]) => EncodedBatch;
  readonly limit: BatchLimit;
  readonly clock: PipelineClock;
  /** The record that cannot be encoded. */
  readonly onUnencodable: (record: WaitingRecord<T>) => void;
}

/** Turns records into one batch, or into several where one record among them cannot be encoded. Never throws. */
export type BatchEncoder<T> = (records: readonly WaitingRecord<T>[]) => readonly EncodedRecords<T>[];

export function createBatchEncoder<T>(options: BatchEncoderOptions<T>): BatchEncoder<T> {
  const { encode, limit, clock, onUnencodable } = options;
  const encodeAll: BatchEncoder<T> = (records) => {
    const [first] = records;
    if (first === undefined) return [];
    const startedMs = clock.elapsed();
    try {
      const batch = encode(records.map(({ record }) => record));
      limit.encoded(records.length, clock.elapsed() - startedMs);
      return [{ records, batch }];
    } catch {
      if (records.length === 1) {
        onUnencodable(first);
        return [];
      }
      const middle = records.length >> 1;
      return [...encodeAll(records.slice(0, middle)), ...encodeAll(records.slice(middle))];
    }
  };
  return encodeAll;
}

/** Sum of what the records stand for. */
export function countOf(records: readonly WaitingRecord<unknown>[]): number {
  return records.reduce((sum, { count }) => sum + count, 0);
}

/** Sum of their estimated memory. */
export function bytesOf(records: readonly WaitingRecord<unknown>[]): number {
  return records.reduce((sum, { bytes }) => sum + bytes, 0);
}
