import { createHash } from 'node:crypto';

// An id of a UUID, or of a host and a process, is shorter.
const maxLength = 200;

/**
 * A key as it is, or the digest of a long one: what is remembered of many must be short, and V8 finds strings of more than
 * 16,383 characters again by comparing them with all others of their length.
 */
export function toShortKey(key: string): string {
  return key.length <= maxLength ? key : createHash('sha256').update(key).digest('base64');
}
