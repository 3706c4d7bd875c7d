/** How often one address may ask. */
export interface RequestRate {
  /** @returns 0 when the request may go on, else after how many milliseconds the next one may */
  take(address: string): number;
}

export interface RequestRateOptions {
  /** As many may also come at once. */
  readonly perSecond: number;
  /** Milliseconds of a clock that only runs forward. */
  readonly now: () => number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

// Some 200 bytes each. Whoever commands more addresses than that is not held back by counting them.
const maxAddresses = 10_000;

/** A bucket of tokens per address, or per /64 of IPv6, which is what one customer is given. */
export function createRequestRate({ perSecond, now }: RequestRateOptions): RequestRate {
  const most = Math.max(1, perSecond);
  const buckets = new Map<string, Bucket>();
  return {
    take(address) {
      const key = toKey(address);
      const atMs = now();
      const before = buckets.get(key);
      const tokens =
        before === undefined ? most : Math.min(most, before.tokens + ((atMs - before.atMs) / 1_000) * perSecond);
      // Taken out and put in again: the first of the map is the one that asked longest ago.
      buckets.delete(key);
      const left = tokens >= 1 ? tokens - 1 : tokens;
      buckets.set(key, { tokens: left, atMs });
      if (buckets.size > maxAddresses) removeFirst(buckets);
      return tokens >= 1 ? 0 : ((1 - tokens) / perSecond) * 1_000;
    },
  };
}

function toKey(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail = ''] = address.split('::', 2);
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':');
}

function removeFirst(buckets: Map<string, Bucket>): void {
  for (const key of buckets.keys()) {
    buckets.delete(key);
    return;
  }
}
