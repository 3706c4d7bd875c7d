import { z } from 'zod';
import type { ParsedReply } from '../define-source.ts';
import { WireError } from '../wire-error.ts';
import { partialCode } from './fault.ts';

const envelope = z.looseObject({
  code: z.coerce.number(),
  result: z.record(z.string(), z.record(z.string(), z.unknown())).nullish(),
});

/** Everything said of one contract. Fields are read one by one, since each may be left out, empty or of another type. */
export interface SecurityRecord {
  readonly fields: Readonly<Record<string, unknown>>;
  /** The source was still collecting: what is absent may yet come. */
  readonly isPartial: boolean;
}

export interface SecurityRequest {
  readonly key: string;
  readonly address: string;
  readonly isCaseSensitive: boolean;
}

/** `result` is keyed by address, empty or null for an unknown one. */
export function parseSecurity(body: unknown, asked: SecurityRequest): ParsedReply<SecurityRecord> {
  const parsed = envelope.safeParse(body);
  if (!parsed.success) throw new WireError('an envelope with code and result', body);
  const isPartial = parsed.data.code === partialCode;
  const fields = findRecord(parsed.data.result ?? {}, asked);
  if (fields === null && !isPartial) return { values: new Map() };
  return { values: new Map([[asked.key, { fields: fields ?? {}, isPartial }]]), partial: isPartial };
}

function findRecord(
  result: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  asked: SecurityRequest,
): Readonly<Record<string, unknown>> | null {
  const plain = (address: string): string => (asked.isCaseSensitive ? address : address.toLowerCase());
  const entries = Object.entries(result);
  const found = entries.find(([address]) => plain(address) === plain(asked.address));
  if (found !== undefined) return found[1];
  // Another contract's record must never be taken for this one's, nor for "no record".
  if (entries.length > 0) throw new WireError('the record of the address asked for', result);
  return null;
}
