import { z } from 'zod';
import type { Fault, HttpReply } from '../define-source.ts';
import type { SourceErrorKind } from '../source-error.ts';

const status = z.looseObject({ error_code: z.coerce.number(), error_message: z.string().catch('') });
/** The error bodies CoinGecko answers with; the fourth one is plain text or HTML from its CDN. */
const flat = z.looseObject({ status });
const nested = z.looseObject({ error: z.looseObject({ status }) });
const bare = z.looseObject({ error: z.string() });

/** Codes from CoinGecko's own list of errors; below 1000 they repeat the HTTP status. */
const kindOfCode: Readonly<Record<number, SourceErrorKind>> = {
  401: 'auth',
  403: 'blocked',
  404: 'not_found',
  408: 'server',
  429: 'rate_limited',
  1020: 'blocked',
  10002: 'auth',
  10005: 'plan',
  10010: 'auth',
  10011: 'auth',
  10012: 'plan',
  20000: 'blocked',
};

/** The same bodies come with fitting HTTP statuses and with 200, so the body decides. */
export function faultOf(reply: HttpReply): Fault | null {
  const coded = codedError(reply.json);
  if (coded !== null) {
    const { error_code: code, error_message: message } = coded;
    const kind = kindOfCode[code] ?? (code >= 500 && code < 600 ? 'server' : 'bad_request');
    return { kind, detail: `${code} ${message}` };
  }
  const plain = bare.safeParse(reply.json);
  if (plain.success) return { kind: kindOfMessage(plain.data.error, reply.status), detail: plain.data.error };
  // The CDN names its refusals in a line of text, e.g. "error code: 1020".
  if (reply.status === 403 && /\b(1020|20000)\b/.test(reply.text)) return { kind: 'blocked', detail: reply.text };
  if (reply.text.includes('too_many_coin_ids')) return { kind: 'bad_request', detail: 'too many coin ids' };
  return null;
}

function codedError(json: unknown): z.output<typeof status> | null {
  const atTop = flat.safeParse(json);
  if (atTop.success) return atTop.data.status;
  const inside = nested.safeParse(json);
  return inside.success ? inside.data.error.status : null;
}

function kindOfMessage(message: string, httpStatus: number): SourceErrorKind {
  if (httpStatus === 404 || /not found/i.test(message)) return 'not_found';
  if (httpStatus >= 500) return 'server';
  return kindOfCode[httpStatus] ?? 'bad_request';
}
