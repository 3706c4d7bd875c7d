/** No source is waited for longer than this on its own word: a proxy once asked for a year. */
export const longestRetryAfterMs = 15 * 60_000;

/**
 * The wait a reply asks for: seconds, or a date. `null` when it names none or nothing sensible.
 * A date in the past is no wait at all.
 */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Math.ceil(Number(text) * 1_000), longestRetryAfterMs);
  // Date.parse takes "-5" or "10 s" for years; an HTTP date always names month and time.
  const dateMs = /[a-z]{3}.*:\d\d/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(dateMs) ? Math.min(Math.max(dateMs - nowMs, 0), longestRetryAfterMs) : null;
}
