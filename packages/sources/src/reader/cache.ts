import { LRUCache } from 'lru-cache';

/** What is remembered of one token at one endpoint. `value` `undefined`: the source had no record of it. */
export interface Remembered {
  readonly value: unknown;
  readonly answeredAtMs: number;
  readonly isFresh: boolean;
}

export interface Lifetimes {
  readonly freshForMs: number;
  /** How long after that it may stand in for an answer that cannot be had. */
  readonly staleForMs: number;
}

export interface AnswerCache {
  get(key: string): Remembered | null;
  set(key: string, value: unknown, lifetimes: Lifetimes): void;
}

/** Some thousand tokens at every endpoint; an answer is a few kilobytes. */
const mostEntries = 5_000;

export function createCache(now: () => number): AnswerCache {
  const entries = new LRUCache<string, { value: unknown; answeredAtMs: number; freshUntilMs: number }>({
    max: mostEntries,
    // Looked up on every get: a manual clock does not tick, and a cached "now" would outlive a step of it.
    ttlResolution: 0,
    perf: { now },
  });
  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      return { value: entry.value, answeredAtMs: entry.answeredAtMs, isFresh: now() < entry.freshUntilMs };
    },
    set(key, value, { freshForMs, staleForMs }) {
      const answeredAtMs = now();
      entries.set(
        key,
        { value, answeredAtMs, freshUntilMs: answeredAtMs + freshForMs },
        { ttl: Math.max(1, Math.round(freshForMs + staleForMs)) },
      );
    },
  };
}
