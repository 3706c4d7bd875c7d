import type { RandomStream } from '../random.ts';

const hexDigits = '0123456789abcdef';
const base58Digits = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** An address as the chain writes it: 20 bytes in hex, or 44 base58 digits for Solana. */
export function drawAddress(stream: RandomStream, chainId: string): string {
  return chainId === 'solana' ? draw(stream, base58Digits, 44) : `0x${draw(stream, hexDigits, 40)}`;
}

function draw(stream: RandomStream, digits: string, length: number): string {
  return Array.from({ length }, () => digits.charAt(stream.integer(0, digits.length - 1))).join('');
}
