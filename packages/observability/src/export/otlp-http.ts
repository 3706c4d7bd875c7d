import type { FinishedSpan } from '../tracing/finished-span.ts';
import type { ExportOutcome, SendBatch } from './export-outcome.ts';
import { toOtlpTraces } from './otlp-trace-json.ts';

/** Where an OTLP/HTTP receiver listens and what it wants to see. */
export interface OtlpTarget {
  /** The whole address, e.g. `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: typeof fetch;
}

// What OTLP allows to be sent again; everything else would be refused again.
const retryableStatus = new Set([429, 502, 503, 504]);

// A hostile or confused backend must not fill our memory with its answer.
const longestReply = 64 * 1024;

/** Sends batches of spans as OTLP/HTTP with JSON. */
export function createOtlpSender(target: OtlpTarget): SendBatch<FinishedSpan> {
  return async (spans, signal) => {
    try {
      const response = await target.fetch(target.url, {
        method: 'POST',
        headers: { ...target.headers, 'content-type': 'application/json' },
        body: JSON.stringify(toOtlpTraces(spans)),
        redirect: 'manual',
        signal,
      });
      return toOutcome(response, await readReply(response));
    } catch (error) {
      return { kind: 'unavailable', reason: signal.aborted ? 'no answer in time' : connectionReason(error) };
    }
  };
}

function toOutcome(response: Response, reply: string): ExportOutcome {
  if (response.ok) return toPartialSuccess(reply);
  const reason = `HTTP ${response.status} ${reply.slice(0, 200)}`.trim();
  if (!retryableStatus.has(response.status)) return { kind: 'refused', reason };
  const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
  return { kind: 'unavailable', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function toPartialSuccess(reply: string): ExportOutcome {
  if (!reply.includes('partialSuccess')) return { kind: 'sent' };
  try {
    const { partialSuccess } = JSON.parse(reply) as {
      partialSuccess?: { rejectedSpans?: string | number; errorMessage?: string };
    };
    const rejected = Number(partialSuccess?.rejectedSpans ?? 0);
    return rejected > 0 ? { kind: 'sent', rejected, reason: partialSuccess?.errorMessage ?? '' } : { kind: 'sent' };
  } catch {
    return { kind: 'sent' };
  }
}

const longestWaitMs = 300_000;

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function parseRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(0, waitMs), longestWaitMs);
}

async function readReply(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      text += decoder.decode(part.value, { stream: true });
      if (text.length > longestReply) break;
    }
  } finally {
    // Frees the connection also when the rest of the reply is not wanted.
    await reader.cancel().catch(() => undefined);
  }
  return text;
}

/** fetch hides the useful half (ECONNREFUSED, ENOTFOUND) in the cause. */
function connectionReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? `${cause.code}: ${cause.message}` : cause.message;
  return error.message;
}
