import type { Signal } from '../export/signal.ts';
import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import { optional } from './field-type.ts';
import { type MessageType, message } from './message-type.ts';
import type { OtlpEncoding } from './otlp-encoding.ts';
import { int32, int64, text } from './scalar-types.ts';

/** What a receiver says of a request it took: all of it where nothing is rejected. */
export interface ExportResult {
  /** Spans, data points or log records that were not taken. */
  readonly rejected: number;
  /** Why, or a warning where none was rejected; else empty. */
  readonly message: string;
}

/** A google.rpc.Status: what a receiver says of a request it did not take. */
export interface RpcStatus {
  /** The code of gRPC, e.g. 3 for an argument that is invalid. */
  readonly code: number;
  readonly message: string;
}

const everythingTaken: ExportResult = { rejected: 0, message: '' };

// ExportTracePartialSuccess and its siblings (collector/*/v1/*_service.proto) differ in one name of JSON.
const responses = {
  traces: exportResponse('rejectedSpans'),
  metrics: exportResponse('rejectedDataPoints'),
  logs: exportResponse('rejectedLogRecords'),
} as const;

function exportResponse(rejectedName: string): MessageType<{ readonly result?: ExportResult }> {
  const partialSuccess = message<ExportResult>({
    rejected: [1, int64, rejectedName],
    message: [2, text, 'errorMessage'],
  });
  return message<{ readonly result?: ExportResult }>({ result: [1, optional(partialSuccess), 'partialSuccess'] });
}

const status = message<RpcStatus>({ code: [1, int32], message: [2, text] });

/** The body of an answer with status 200. */
export function encodeExportResponse(result: ExportResult, signal: Signal, encoding: OtlpEncoding): Uint8Array {
  return encodeMessage(responses[signal], { result }, encoding);
}

/** @throws OtlpDecodeError where the body is no export response */
export function decodeExportResponse(body: Uint8Array, signal: Signal, encoding: OtlpEncoding): ExportResult {
  return decodeMessage(responses[signal], body, encoding).result ?? everythingTaken;
}

/** The body of an answer that is an error. */
export function encodeStatus(value: RpcStatus, encoding: OtlpEncoding): Uint8Array {
  return encodeMessage(status, value, encoding);
}

/** @throws OtlpDecodeError where the body is no Status */
export function decodeStatus(body: Uint8Array, encoding: OtlpEncoding): RpcStatus {
  return decodeMessage(status, body, encoding);
}
