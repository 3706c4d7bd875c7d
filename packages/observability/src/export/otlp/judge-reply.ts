import type { OtlpEncoding } from '../../otlp/otlp-encoding.ts';
import { decodeExportResponse, decodeStatus } from '../../otlp/responses.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import type { HttpReply } from '../transport/http-exchange.ts';
import { parseRetryAfter } from '../transport/retry-after.ts';
import { toSent } from './judge-grpc-status.ts';

// What OTLP allows to be sent again; everything else would be refused again:
// https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes
const retryableStatus = new Set([429, 502, 503, 504]);

/** What an OTLP/HTTP receiver's answer means for the batch: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response */
export function judgeOtlpReply(reply: HttpReply, batch: EncodedBatch, nowMs: number): ExportOutcome {
  const { status, headers } = reply;
  if (status >= 200 && status < 300) return judgePartialSuccess(reply, batch);
  if (status >= 300 && status < 400) {
    return { kind: 'refused', reason: `HTTP ${status}: redirects are not followed, set the address to where it leads` };
  }
  const reason = `HTTP ${status} ${errorText(reply)}`.trim();
  if (status === 413) return { kind: 'too_large', reason };
  if (!retryableStatus.has(status)) return { kind: 'refused', reason };
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  return { kind: 'unavailable', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** Whatever the body holds, the records arrived: sending them again would only make them arrive twice. */
function judgePartialSuccess(reply: HttpReply, { signal, contentType }: EncodedBatch): ExportOutcome {
  if (reply.body.byteLength === 0) return { kind: 'sent' };
  try {
    return toSent(decodeExportResponse(reply.body, signal, encodingOf(reply, contentType)));
  } catch {
    return { kind: 'sent' };
  }
}

/** A Status in the request's encoding, as the protocol has it; proxies before the receiver answer in text or HTML. */
function errorText(reply: HttpReply): string {
  const type = String(reply.headers['content-type'] ?? '');
  if (/protobuf|json/.test(type)) {
    try {
      const { message } = decodeStatus(reply.body, encodingOf(reply, type));
      if (message !== '') return message;
    } catch {
      // Something else under that name.
    }
  }
  if (type.includes('protobuf')) return '';
  const text = new TextDecoder().decode(reply.body.subarray(0, longestText));
  return /^\s*</.test(text) ? titleOf(text) : text;
}

const longestText = 2_048;

function titleOf(html: string): string {
  return /<title>([^<]*)/i.exec(html)?.[1]?.trim() ?? '';
}

function encodingOf({ headers }: HttpReply, asked: string): OtlpEncoding {
  const type = String(headers['content-type'] ?? asked);
  if (type.includes('json')) return 'json';
  return type.includes('protobuf') || !asked.includes('json') ? 'protobuf' : 'json';
}
