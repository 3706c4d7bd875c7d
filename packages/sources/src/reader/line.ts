import type { Endpoint, ParsedReply } from '../define-source.ts';
import { type Attempt, type AttemptOptions, createAttempt } from './attempt.ts';
import { type Batcher, createBatcher } from './batch.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { AnswerCache } from './cache.ts';
import type { Call } from './call.ts';
import { withRetries } from './retry.ts';
import { createTopUp, type TopUp } from './top-up.ts';

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
  const topUp = createTopUp(now);
  const batcher = createBatcher<unknown>({
    maxKeys: endpoint.batch?.maxKeys ?? 1,
    windowMs: endpoint.batch?.windowMs ?? 0,
    now,
    load(flight) {
      const call: Call = { source: source.name, endpoint: endpoint.name, ...flight };
      const exchange = { endpoint, call, attempt, breaker };
      const inputs = [...flight.inputs, ...companions(endpoint, flight.inputs, { ...options, topUp })];
      return instruments.exchange(call, () => load(exchange, inputs, options));
    },
  });
  return { breaker, batcher };
}

function companions(
  endpoint: Endpoint,
  inputs: readonly unknown[],
  { topUp, cache, source }: LineOptions & { readonly topUp: TopUp },
): readonly unknown[] {
  if (!endpoint.batch?.topUp) return [];
  for (const input of inputs) topUp.noteAsked(cacheKey(source.name, endpoint, input), input);
  const own = new Set(inputs.map((input) => cacheKey(source.name, endpoint, input)));
  // Answered before: a key that never was may be on its way in another exchange.
  return topUp.pick(
    endpoint.batch.maxKeys - inputs.length,
    (key) => !own.has(key) && cache.get(key)?.isFresh === false,
  );
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
