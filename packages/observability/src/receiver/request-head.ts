import type { IncomingMessage } from 'node:http';
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts';

const encodings: Readonly<Record<string, OtlpEncoding>> = {
  'application/x-protobuf': 'protobuf',
  'application/json': 'json',
};

export const contentTypes: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

/** By its Content-Type, whose parameters do not count; undefined for every other. */
export function encodingOf({ headers }: Pick<IncomingMessage, 'headers'>): OtlpEncoding | undefined {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return Object.hasOwn(encodings, type) ? encodings[type] : undefined;
}

/** Undefined for everything but gzip and an unchanged body. A body compressed twice is not unpacked. */
export function compressionOf({ headers }: Pick<IncomingMessage, 'headers'>): 'gzip' | 'identity' | undefined {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding === 'gzip' || coding === 'x-gzip') return 'gzip';
  return coding === '' || coding === 'identity' ? 'identity' : undefined;
}

/** What is announced; undefined for a body in chunks, 0 for none. */
export function announcedBytes({ headers }: Pick<IncomingMessage, 'headers'>): number | undefined {
  if (headers['transfer-encoding'] !== undefined) return undefined;
  return Number(headers['content-length'] ?? 0);
}

// Node takes the first of them and says nothing; a proxy before us may have gone by the second. (Two different lengths
// are refused by its parser.)
const once: ReadonlySet<string> = new Set(['host', 'content-type', 'authorization', 'content-length']);

export function hasDoubledHeader({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): boolean {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    if (!once.has(name)) continue;
    if (seen.has(name)) return true;
    seen.add(name);
  }
  return false;
}
