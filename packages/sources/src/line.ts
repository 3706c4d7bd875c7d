import { type Attempt, type AttemptOptions, createAttempt } from './attempt.ts';
import { type Batcher, createBatcher } from './batch.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { AnswerCache } from './cache.ts';
import type { Call } from './call.ts';
import type { Endpoint, ParsedReply } from './define-source.ts';
import { withRetries } from './retry.ts';

export interface LineOptions extends AttemptOptions {
  readonly cache: AnswerCache;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
}

/** One endpoint, live: everything between the cache and the network. */
export interface Line {
  readonly breaker: Breaker;
  readonly batcher: Batcher<unknown>;
}

/** "Try again in about 15 seconds", says the source that answers in part. */
const partialTtlMs = 15_000;

/** One exchange per key, several keys per exchange → retry → breaker → attempt. What comes is remembered. */
export function createLine(endpoint: Endpoint, options: LineOptions): Line {
  const { source, settings, instruments, now } = options;
  const breaker = createBreaker({
    failures: settings.breakerFailures,
    openMs: settings.breakerOpenMs,
    onChange(state, cause) {
      instruments.breaker({ source: source.name, endpoint: endpoint.name, state, cause });
      if (state === 'closed') instruments.breakerRecovered(source.name, endpoint.name);
    },
  });
  instruments.breaker({ source: source.name, endpoint: endpoint.name, state: breaker.state(), cause: null });
  const attempt = createAttempt(options);
  const batcher = createBatcher<unknown>({
    maxKeys: endpoint.batch?.maxKeys ?? 1,
    windowMs: endpoint.batch?.windowMs ?? 0,
    now,
    load(flight) {
      const call: Call = { source: source.name, endpoint: endpoint.name, ...flight };
      const exchange = { endpoint, call, attempt, breaker };
      return instruments.exchange(call, () => load(exchange, flight.inputs, options));
    },
  });
  return { breaker, batcher };
}

interface Exchange {
  readonly endpoint: Endpoint;
  readonly call: Call;
  readonly attempt: Attempt;
  readonly breaker: Breaker;
}

async function load(
  exchange: Exchange,
  inputs: readonly unknown[],
  options: LineOptions,
): Promise<ReadonlyMap<string, unknown>> {
  const { endpoint, call, attempt, breaker } = exchange;
  const parsed = await withRetries(call, () => breaker.run(() => attempt(endpoint, call, inputs)), {
    random: options.random,
    rateLimitWaitMs: (waiting) => options.limit.waitMs(waiting),
  });
  const unsure = new Set(parsed.unsure);
  const isUnsure = (input: unknown): boolean => unsure.has(endpoint.keyOf(input));
  remember(endpoint, parsed, { inputs: inputs.filter((input) => !isUnsure(input)), ...options });
  const values = new Map(parsed.values);
  for (const input of inputs.filter(isUnsure)) {
    for (const [key, value] of await load(exchange, [input], options)) values.set(key, value);
  }
  return values;
}

function remember(
  endpoint: Endpoint,
  parsed: ParsedReply<unknown>,
  { inputs, cache, source }: LineOptions & { readonly inputs: readonly unknown[] },
): void {
  const freshForMs = parsed.partial ? partialTtlMs : endpoint.ttlMs;
  for (const input of inputs) {
    const value = parsed.values.get(endpoint.keyOf(input));
    const lifetimes =
      value === undefined
        ? { freshForMs: endpoint.notFoundTtlMs, staleForMs: 0 }
        : { freshForMs, staleForMs: endpoint.staleForMs };
    cache.set(cacheKey(source.name, endpoint, input), value, lifetimes);
  }
}

export function cacheKey(source: string, endpoint: Endpoint, input: unknown): string {
  return `${source} ${endpoint.name} ${endpoint.keyOf(input)}`;
}
