import { randomFillSync, randomUUID } from 'node:crypto';

// What gateways and clients send: UUIDs, ULIDs, `req-17`, base64. It goes into a header and a log line as it is.
const sane = /^[\w.:+/=@~-]{1,128}$/;

/** The caller's `x-request-id` where it is one word of at most 128 characters, else a new UUID. */
export function toRequestId(header: unknown): string {
  return typeof header === 'string' && sane.test(header) ? header : randomUUID();
}

// Asking the system for 16 bytes takes 1 µs, asking for 4096 hardly more.
const pool = Buffer.allocUnsafe(4_096);
let used = pool.length;

/** Random bytes as hexadecimal digits, for the ids of requests that have no span. */
export function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}
