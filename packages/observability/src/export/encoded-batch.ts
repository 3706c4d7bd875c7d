import type { Signal } from './signal.ts';

/** Records as one request will carry them; what is sent, spooled and sent again are these bytes. */
export interface EncodedBatch {
  readonly signal: Signal;
  /** Not compressed. */
  readonly body: Uint8Array;
  /** Of the bytes, e.g. `application/x-protobuf`. */
  readonly contentType: string;
  /** Spans, lines or data points in it. */
  readonly records: number;
  /** Holds errors: dropped after everything that does not. */
  readonly isImportant: boolean;
}
