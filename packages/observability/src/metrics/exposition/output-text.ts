import { Buffer, isAscii } from 'node:buffer';

/** A chunk of whole lines as a string. */
export function toText(chunk: Uint8Array): string {
  const buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  // Reading ASCII as Latin-1 is a plain copy: all 120 000 lines take 4 ms instead of 17 ms.
  return buffer.toString(isAscii(chunk) ? 'latin1' : 'utf8');
}

/**
 * All chunks as one string. Joined as strings, chunk by chunk, they live through garbage collections on the way: 50 ms
 * instead of 21 ms for 120 000 lines.
 */
export function joinText(chunks: readonly Uint8Array[]): string {
  return chunks.every((chunk) => isAscii(chunk))
    ? Buffer.concat(chunks).toString('latin1')
    : chunks.map(toText).join('');
}
