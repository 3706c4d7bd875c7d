import { z } from 'zod';

/** A TCP port; 0 takes any free one. */
export const port = z.int().min(0).max(65_535);

/** 0 to 1. */
export const fraction = z.number().min(0).max(1);

// A timer of Node's takes no more milliseconds than 2^31 − 1; beyond that it fires at once.
export const mostSeconds = 2_147_483;

/** A length of time that some timer can wait. */
export const seconds = z.number().positive().max(mostSeconds);

/** A metric's name as Prometheus allows it. */
export const metricName = z.string().regex(/^[a-zA-Z_:][\w:]*$/, 'a metric name');

/** Upper bounds of a histogram, lowest first. */
export const buckets = z
  .array(z.number())
  .min(1)
  .refine(
    (bounds) => bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0)),
    'ascending bounds',
  );

/** Where a receiver listens; what authenticates us belongs into headers, because addresses are shown and logged. */
export const address = z.url().refine((url) => {
  // The check before has already said so.
  if (!URL.canParse(url)) return true;
  const { protocol, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}, 'an address starting with http:// or https://, without user and password');

/** Header names and values. */
export const headers = z
  .record(z.string(), z.string())
  .refine((entries) => Object.entries(entries).every(isHeader), 'names and values that fit into HTTP headers');

// Control characters, which node:http refuses and fetch does not.
const fitsIntoHeader = /^[\t\x20-\x7e\x80-\xff]*$/;

/** As fetch and node:http judge them, which would otherwise refuse every export. White space around a value is cut. */
function isHeader(entry: [string, string]): boolean {
  try {
    return [...new Headers([entry])].every(([, value]) => fitsIntoHeader.test(value));
  } catch {
    return false;
  }
}
