import type { FakeReply } from './market-token.ts';

/** A JSON value whose shape belongs to an outside API. */
export type JsonObject = { readonly [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A reply with a JSON body, in the bytes that a source would send. */
export function jsonReply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): FakeReply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

export function textReply(status: number, contentType: string, body: string): FakeReply {
  return { status, headers: { 'content-type': contentType }, body };
}

/** `Retry-After` in seconds, or nothing: most of these sources send none with their 429. */
export function retryAfter(seconds: number | undefined): Readonly<Record<string, string>> {
  return seconds === undefined ? {} : { 'retry-after': String(seconds) };
}

/** Rounds to significant digits, as sources do; keeps 0 and integers as they are. */
export function significant(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

/** A decimal without exponent: sources that write numbers as strings never use one. */
export function plainDecimal(value: number, digits: number): string {
  if (value === 0) return '0';
  const rounded = significant(value, digits);
  // Not log10, whose last bit differs between engines.
  const exponent = Number(rounded.toExponential().split('e')[1]);
  return rounded.toFixed(Math.min(100, Math.max(0, digits - 1 - exponent)));
}

/** The comma list of a query parameter or path segment, without empty parts. */
export function commaList(value: string | null | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/**
 * The segments of a request path. A path that is not valid percent-encoding has none that match,
 * so that it gets the source's own 404.
 */
export function pathSegments(path: string): readonly string[] {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map((part) => decodeURIComponent(part));
  } catch {
    return ['', path];
  }
}
