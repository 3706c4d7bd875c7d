import { redactedText } from './placeholder.ts';

// 48 bits: among a million different secrets two share a pseudonym with a chance of 1 in 500.
const shownDigits = 12;

// Enough of a secret to tell it from any other; hashing 100 MB would stop the process for half a second.
const longestHashed = 65_536;
const widestHashed = 50;
const deepestHashed = 4;

/**
 * Builds the function that names a secret without telling it: HMAC-SHA-256 under `key`, shortened. The same secret has
 * the same pseudonym in every process with that key, so that lines of one session or account can be put together.
 */
export function createPseudonyms(key: string): (secret: unknown) => string {
  let crypto: typeof import('node:crypto') | undefined;
  return (secret) => {
    try {
      // On first use: loading it costs 6 ms, and most processes never remove anything under a key.
      crypto ??= process.getBuiltinModule('node:crypto');
      const digest = crypto.createHmac('sha256', key).update(toSecretText(secret, 0)).digest('hex');
      return `[REDACTED:hmac:${digest.slice(0, shownDigits)}]`;
    } catch {
      return redactedText;
    }
  };
}

/** The text a secret of any type is hashed as: a list of one text is that text, as headers come both ways. */
function toSecretText(secret: unknown, depth: number): string {
  if (typeof secret === 'string') {
    return secret.length > longestHashed ? `${secret.slice(0, longestHashed)}…${secret.length}` : secret;
  }
  if (typeof secret !== 'object' || secret === null || depth >= deepestHashed) return String(secret);
  if (ArrayBuffer.isView(secret)) {
    return Buffer.from(secret.buffer, secret.byteOffset, Math.min(secret.byteLength, longestHashed)).toString('latin1');
  }
  const items: unknown[] = [];
  for (const item of Symbol.iterator in secret ? (secret as Iterable<unknown>) : Object.entries(secret)) {
    items.push(item);
    if (items.length >= widestHashed) break;
  }
  return items.map((item) => toSecretText(item, depth + 1)).join('\u0000');
}
