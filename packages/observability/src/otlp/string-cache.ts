import type { Buffer } from 'node:buffer';

// Measured on Node 20: a string of ten characters takes 160 ns out of UTF-8, natively, and 66 ns where it is found here.
// Telemetry says the same names and label values again and again, and what is found shares its memory too.
const maxLength = 32;
const slots = 2048;

const known: string[] = new Array<string>(slots).fill('');

/** The text of these bytes. At most 2048 strings of 32 ASCII characters are remembered; a new one takes the place of an old. */
export function readText(bytes: Buffer, start: number, end: number): string {
  const length = end - start;
  if (length > maxLength) return bytes.toString('utf8', start, end);
  let hash = length;
  let seen = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] as number;
    seen |= byte;
    hash = Math.imul(hash, 31) + byte;
  }
  if (seen >= 128) return bytes.toString('utf8', start, end);
  const slot = ((hash >>> 11) ^ hash) & (slots - 1);
  const candidate = known[slot] as string;
  if (isAt(bytes, start, { candidate, length })) return candidate;
  const text = bytes.toString('latin1', start, end);
  known[slot] = text;
  return text;
}

function isAt(bytes: Buffer, start: number, { candidate, length }: { candidate: string; length: number }): boolean {
  if (candidate.length !== length) return false;
  for (let i = 0; i < length; i++) if (candidate.charCodeAt(i) !== bytes[start + i]) return false;
  return true;
}
