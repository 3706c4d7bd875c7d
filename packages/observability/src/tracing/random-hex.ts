import { randomFillSync } from 'node:crypto';

const bytes = Buffer.allocUnsafe(8_192);
let digits = '';
let used = 0;

/**
 * Random hexadecimal digits, for ids. Taken from a stock: asking the system for 16 bytes and writing them out takes 1 µs,
 * a piece of a text 20 ns.
 */
export function randomHex(length: number): string {
  if (used + length > digits.length) {
    digits = randomFillSync(bytes).toString('hex');
    used = 0;
  }
  used += length;
  return digits.slice(used - length, used);
}
