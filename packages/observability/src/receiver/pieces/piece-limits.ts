import { OtlpDecodeError } from '../../otlp/decode-error.ts';

/**
 * How much is decoded and merged in one go. A longer request is cut at the borders of its messages, because decoding
 * 64 MiB at once would block the event loop for more than a second. 16 KiB are some 200 data points: about 1 ms of
 * processor time for series that are known, 2 to 4 ms for new ones.
 */
export const pieceBytes = 16 * 1024;

/** What is repeated in each piece (resource, scope, name): at most twice as much again, or cutting would multiply the work. */
export const envelopeBytes = 32 * 1024;

/** What cannot be cut: one data point, which is some 100 bytes long, and a few thousand with its exemplars. */
export const pointBytes = 1024 * 1024;

/** Handed out between pieces while many small things are looked at, so that others get a turn. */
export const stillCutting = null;

/** A request that is a part of the whole one, in parts of its body that are still to be put together. */
export type Piece = readonly Uint8Array[];

/** The pieces of a request. */
export type Cut = Generator<Piece | typeof stillCutting>;

export function uncuttable(what: string, maxBytes: number): OtlpDecodeError {
  return new OtlpDecodeError('too_dense', `${what} is longer than ${maxBytes} bytes`);
}
