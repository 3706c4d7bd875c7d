import { OtlpDecodeError } from './decode-error.ts';

// Numbers and strings as the JSON mapping of Protocol Buffers has them: 64-bit integers come as strings or numbers, doubles
// as numbers, as strings, or as the three words JSON has no numbers for.

const wholeNumber = /^-?\d{1,20}$/;
const decimalNumber = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;
const doubleWords: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity };

export interface IntegerRange {
  readonly min: bigint;
  readonly max: bigint;
}

export const ranges = {
  int32: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  uint32: { min: 0n, max: 2n ** 32n - 1n },
  int64: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
  uint64: { min: 0n, max: 2n ** 64n - 1n },
} as const;

export function parseJsonBigint(json: unknown, { min, max }: IntegerRange): bigint {
  const value = toBigint(json);
  if (value !== null && value >= min && value <= max) return value;
  throw new OtlpDecodeError('value', `expected a whole number from ${min} to ${max}`);
}

/** Rounded beyond 2^53. */
export function parseJsonInteger(json: unknown, range: IntegerRange): number {
  // Spares the common case a bigint.
  if (typeof json === 'number' && Number.isSafeInteger(json) && json >= range.min && json <= range.max) return json;
  return Number(parseJsonBigint(json, range));
}

function toBigint(json: unknown): bigint | null {
  if (typeof json === 'number') return Number.isInteger(json) ? BigInt(json) : null;
  if (typeof json !== 'string') return null;
  if (wholeNumber.test(json)) return BigInt(json);
  // "1e3" and "5.0" are whole numbers too.
  const number = decimalNumber.test(json) ? Number(json) : Number.NaN;
  return Number.isInteger(number) ? BigInt(number) : null;
}

export function parseJsonBoolean(json: unknown): boolean {
  if (typeof json === 'boolean') return json;
  throw new OtlpDecodeError('value', 'expected true or false');
}

export function parseJsonDouble(json: unknown): number {
  if (typeof json === 'number') return json;
  if (typeof json === 'string') {
    const word = doubleWords[json];
    if (word !== undefined) return word;
    if (decimalNumber.test(json)) return Number(json);
  }
  throw new OtlpDecodeError('value', 'expected a number');
}

export function toJsonDouble(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** What has no UTF-8 form, half a surrogate pair, becomes U+FFFD, as in protobuf. */
export function parseJsonString(json: unknown): string {
  if (typeof json === 'string') return toUtf8Text(json);
  throw new OtlpDecodeError('value', 'expected a string');
}

/** In Node since 20, in the language since ES2024, beyond the library our types are of. */
interface WellFormedText {
  toWellFormed(): string;
}

export function toUtf8Text(text: string): string {
  return (text as unknown as WellFormedText).toWellFormed();
}
