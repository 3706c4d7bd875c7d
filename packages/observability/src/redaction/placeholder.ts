/** What stands where a secret was. */
export const redactedText = '[REDACTED]';

const replacement = /^\[REDACTED(?::hmac:[0-9a-f]{12})?\]$/;

/** Whether `text` is what a secret was replaced by, with or without a pseudonym. */
export function isRedacted(text: string): boolean {
  return text.charCodeAt(0) === 0x5b && replacement.test(text);
}
