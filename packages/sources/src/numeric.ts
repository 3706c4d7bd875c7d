import type { Quantity } from './reading.ts';

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Longest number seen at a source has 66 decimals; beyond this a "number" is an attack on whoever prints it. */
const longestRaw = 200;

/**
 * The one way a number from outside becomes a `Quantity`: a JSON number or a string in decimal notation.
 * `null` for whatever says nothing (`null`, `""`, `"NaN"`, words, objects), for what is not finite, and for a
 * value too small for a double, which would otherwise be shown as 0.
 */
export function parseQuantity(value: unknown): Quantity | null {
  if (typeof value === 'number') return Number.isFinite(value) ? { value, raw: String(value) } : null;
  if (typeof value !== 'string') return null;
  const raw = value.trim();
  if (raw.length > longestRaw || !decimal.test(raw)) return null;
  const parsed = Number(raw);
  if (!Number.isFinite(parsed) || (parsed === 0 && /[1-9]/.test(mantissaOf(raw)))) return null;
  return { value: parsed, raw };
}

/** For quantities where a source writes 0 for "unknown". */
export function parsePositive(value: unknown): Quantity | null {
  const quantity = parseQuantity(value);
  return quantity !== null && quantity.value > 0 ? quantity : null;
}

/** For shares of a whole: anything outside 0..1 is not one. */
export function parseFraction(value: unknown): Quantity | null {
  const quantity = parseQuantity(value);
  return quantity !== null && quantity.value >= 0 && quantity.value <= 1 ? quantity : null;
}

/** A number of our own making. `null` when it came out as no number. */
export function toQuantity(value: number): Quantity | null {
  return parseQuantity(value);
}

function mantissaOf(raw: string): string {
  return raw.split(/e/i, 1)[0] ?? raw;
}
