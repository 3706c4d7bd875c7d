import { z } from 'zod';
import type { Fault, HttpReply } from '../define-source.ts';
import type { SourceErrorKind } from '../source-error.ts';

const envelope = z.looseObject({ code: z.coerce.number(), message: z.string().catch('') });

const ok = 1;
/** Some fields are still being collected; those that are there count. */
export const partialCode = 2;

const kindOfCode: Readonly<Record<number, SourceErrorKind>> = {
  2004: 'bad_request',
  2018: 'not_found',
  2020: 'not_found',
  2021: 'not_found',
  4010: 'auth',
  4011: 'auth',
  4012: 'auth',
  4023: 'auth',
  4029: 'rate_limited',
  5000: 'server',
  5006: 'bad_request',
};

/** GoPlus answers HTTP 200 to nearly everything and says in `code` how it went. */
export function faultOf(reply: HttpReply): Fault | null {
  const parsed = envelope.safeParse(reply.json);
  if (!parsed.success) return null;
  const { code, message } = parsed.data;
  if (code === ok || code === partialCode) return null;
  return { kind: kindOfCode[code] ?? 'schema', detail: `code ${code} ${message}` };
}
