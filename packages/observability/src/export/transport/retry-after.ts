// A receiver that asks for a day is not obeyed: it may be back in a minute, and the queue is bounded.
const longestWaitMs = 300_000;

/** What `Retry-After` asks for, seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return cutWait(Number(text) * 1_000);
  // Dates begin with a weekday; Date.parse alone takes `-5` for one.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : cutWait(atMs - nowMs);
}

/** A wait that a receiver asked for, within what is sensible. */
export function cutWait(waitMs: number): number {
  return Math.min(Math.max(0, waitMs), longestWaitMs);
}
