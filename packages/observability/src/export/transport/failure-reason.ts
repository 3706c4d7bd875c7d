import type { ExportOutcome } from '../export-outcome.ts';

/** Why no answer came, in one line: fetch, sockets and TLS each hide the useful half elsewhere. */
export function failureReason(error: unknown, abort: AbortSignal): string {
  if (abort.aborted) return 'no answer in time';
  if (!(error instanceof Error)) return String(error);
  const code: unknown = Reflect.get(error, 'code');
  // A name with several addresses fails with the errors of all of them and says nothing itself.
  const [first] = error instanceof AggregateError ? error.errors : [];
  const message = error.message === '' && first instanceof Error ? first.message : error.message;
  return typeof code === 'string' && !message.includes(code) ? `${code}: ${message}` : message;
}

const longestReason = 300;
// What would break a line or a terminal.
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]+/gu;

/** What a receiver wrote, made fit for a log line: one line, not too long, and without the secrets we had sent to it. */
export function createReasonCleaner(headers: Readonly<Record<string, string>>): (reason: string) => string {
  const secrets = Object.values(headers).flatMap((value) => {
    // A receiver quotes the key alone, without the `Bearer` before it.
    const key = value.split(' ').at(-1) ?? '';
    return [value, key].filter((text) => text.length >= shortestSecret);
  });
  return (reason) => {
    const hidden = secrets.reduce((text, secret) => text.replaceAll(secret, '(secret)'), reason);
    const line = hidden.replace(unprintable, ' ').trim();
    return line.length > longestReason ? `${line.slice(0, longestReason)}…` : line;
  };
}

// Shorter values are names of tenants and the like, and would be cut out of innocent words.
const shortestSecret = 8;

/** The outcome with its reason, where it has one, fit for a log line. */
export function withCleanReason(outcome: ExportOutcome, clean: (reason: string) => string): ExportOutcome {
  return outcome.reason === undefined ? outcome : { ...outcome, reason: clean(outcome.reason) };
}
