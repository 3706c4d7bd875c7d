import { decodeExportResponse } from '../../otlp/responses.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import type { GrpcFailure } from '../transport/grpc-transport.ts';

const resourceExhausted = 8;

// What OTLP allows to be sent again: https://opentelemetry.io/docs/specs/otlp/#failures
const retryable: Readonly<Record<number, string>> = {
  1: 'CANCELLED',
  4: 'DEADLINE_EXCEEDED',
  10: 'ABORTED',
  11: 'OUT_OF_RANGE',
  14: 'UNAVAILABLE',
  15: 'DATA_LOSS',
};

/** What the failure of a call means for the batch. */
export function judgeGrpcFailure({ code, details, retryAfterMs }: GrpcFailure): ExportOutcome {
  const reason = `gRPC ${retryable[code] ?? `status ${code}`} ${details}`.trim();
  const wait = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (retryable[code] !== undefined) return { kind: 'unavailable', reason, ...wait };
  if (code !== resourceExhausted) return { kind: 'refused', reason };
  // Means "later" only where it says how much later; receivers use the same code for a message beyond their limit.
  if (retryAfterMs !== undefined) return { kind: 'unavailable', reason, ...wait };
  return { kind: /larger than max/i.test(details) ? 'too_large' : 'refused', reason };
}

/** What an answer means: everything was taken, or all but some. */
export function judgeGrpcAnswer(answer: Uint8Array, { signal }: EncodedBatch): ExportOutcome {
  try {
    return toSent(decodeExportResponse(answer, signal, 'protobuf'));
  } catch {
    return { kind: 'sent' };
  }
}

/** Rejected records are never sent again; a message without any is a warning. */
export function toSent({ rejected, message }: { readonly rejected: number; readonly message: string }): ExportOutcome {
  return {
    kind: 'sent',
    ...(rejected > 0 ? { rejected } : {}),
    ...(message === '' ? {} : { reason: message }),
  };
}
