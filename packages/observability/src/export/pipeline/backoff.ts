/** When to try again. */
export interface RetrySettings {
  /** Longest wait after the first failure; twice as long after each further one. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Failures in a row after which a backend is only tried, one request at a time. */
  readonly failuresToOpen: number;
}

// A wait of nothing would be a second try in the same moment.
const smallestShare = 0.1;

/**
 * How long to wait after so many failures in a row: anything up to the doubling limit ("full jitter"), so that the many
 * processes a backend has lost do not come back to it in one wave.
 * Source: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param random 0 (inclusive) to 1
 */
export function backoffMs({ firstMs, longestMs }: RetrySettings, failures: number, random: () => number): number {
  // 2^30 first waits are more than any limit, and powers beyond lead to Infinity.
  const limitMs = Math.min(longestMs, firstMs * 2 ** Math.min(30, failures - 1));
  return limitMs * (smallestShare + (1 - smallestShare) * random());
}
