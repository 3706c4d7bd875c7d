import type { Answer, Outcome } from './answer.ts';
import { type Batcher, createBatcher, type Flight } from './batch.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { AnswerCache } from './cache.ts';
import { type Call, createTally, NotAskedError, type Tally } from './call.ts';
import type { Endpoint, ParsedReply, SourceDeclaration } from './define-source.ts';
import { type HttpRequest, sendHttp } from './http.ts';
import type { AttemptResult, Instruments } from './instruments.ts';
import { interpretReply } from './interpret.ts';
import { createRateLimit } from './rate-limit.ts';
import type { SourceName } from './registry.ts';
import { withRetries } from './retry.ts';
import type { SourceSettings } from './settings.ts';
import { SourceError } from './source-error.ts';
import type { BreakerState } from './sources.ts';

export interface ReaderOptions {
  readonly source: SourceDeclaration<SourceName>;
  readonly settings: SourceSettings;
  readonly cache: AnswerCache;
  readonly instruments: Instruments;
  readonly now: () => number;
  readonly fetch: typeof fetch;
  readonly random: () => number;
}

export interface AskContext {
  readonly deadlineAtMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly isSpare: boolean;
}

/** One source, live. */
export interface Reader {
  /** Never rejects. */
  ask(endpoint: Endpoint, input: unknown, context: AskContext): Promise<Answer>;
  breakerStates(): readonly { readonly endpoint: string; readonly state: BreakerState }[];
  close(): void;
}

/** "Try again in about 15 seconds", says the source that answers in part. */
const partialTtlMs = 15_000;

/**
 * Every request of every source goes this way and no other:
 * cache → one exchange per key, several keys per exchange → retry → breaker → rate limit → timeout → HTTP.
 */
export function createReader(options: ReaderOptions): Reader {
  const { source, settings, cache, instruments, now } = options;
  const limit = createRateLimit({ ...settings, now });
  const stopWatching = instruments.rateLimit(source.name, () => limit.status());
  const lines = new Map(source.endpoints.map((endpoint) => [endpoint.name, createLine(endpoint)]));
  let isClosed = false;

  function createLine(endpoint: Endpoint): { breaker: Breaker; batcher: Batcher<unknown> } {
    const breaker = createBreaker({
      failures: settings.breakerFailures,
      openMs: settings.breakerOpenMs,
      onChange: (state, cause) => {
        instruments.breaker(source.name, endpoint.name, state, cause);
        if (state === 'closed') instruments.breakerRecovered(source.name, endpoint.name);
      },
    });
    instruments.breaker(source.name, endpoint.name, breaker.state(), null);
    const batcher = createBatcher<unknown>({
      maxKeys: endpoint.batch?.maxKeys ?? 1,
      windowMs: endpoint.batch?.windowMs ?? 0,
      now,
      load: (flight) => load(endpoint, breaker, flight),
    });
    return { breaker, batcher };
  }

  function lineOf(endpoint: Endpoint): { breaker: Breaker; batcher: Batcher<unknown> } {
    const line = lines.get(endpoint.name);
    if (line === undefined) throw new RangeError(`${source.name} does not declare the endpoint ${endpoint.name}`);
    return line;
  }

  async function load(endpoint: Endpoint, breaker: Breaker, flight: Flight): Promise<ReadonlyMap<string, unknown>> {
    const call: Call = { source: source.name, endpoint: endpoint.name, ...flight };
    const values = await instruments.exchange(call, () => exchange(endpoint, breaker, { call, inputs: flight.inputs }));
    return values;
  }

  async function exchange(
    endpoint: Endpoint,
    breaker: Breaker,
    { call, inputs }: { call: Call; inputs: readonly unknown[] },
  ): Promise<ReadonlyMap<string, unknown>> {
    const parsed = await withRetries(
      call,
      () => breaker.run(() => limit.acquire(call).then(() => attempt(endpoint, call, inputs))),
      { random: options.random, rateLimitWaitMs: (waiting) => limit.waitMs(waiting) },
    );
    const unsure = new Set(parsed.unsure);
    const settled = inputs.filter((input) => !unsure.has(endpoint.keyOf(input)));
    remember(endpoint, settled, parsed);
    const values = new Map(parsed.values);
    for (const input of inputs.filter((asked) => unsure.has(endpoint.keyOf(asked)))) {
      for (const [key, value] of await exchange(endpoint, breaker, { call, inputs: [input] })) values.set(key, value);
    }
    return values;
  }

  async function attempt(endpoint: Endpoint, call: Call, inputs: readonly unknown[]): Promise<ParsedReply<unknown>> {
    const request = toRequest(endpoint, inputs, options);
    const secrets = settings.apiKey === undefined ? [] : [settings.apiKey];
    call.tally.attempts += 1;
    try {
      const { parsed } = await instruments.attempt(call, request, async (headers): Promise<AttemptResult> => {
        const sent = { ...request, headers: { ...headers, ...request.headers } };
        const reply = await sendHttp(call, sent, { ...settings, fetch: options.fetch, secrets });
        return { parsed: interpretReply(call, reply, { source, endpoint, inputs, secrets, nowMs: now() }), reply };
      });
      return parsed;
    } catch (error) {
      if (error instanceof SourceError && error.kind === 'rate_limited') {
        limit.coolDown(Math.max(settings.coolDownMs, error.facts.retryAfterMs ?? 0));
      }
      throw error;
    }
  }

  function remember(endpoint: Endpoint, inputs: readonly unknown[], parsed: ParsedReply<unknown>): void {
    const freshForMs = parsed.partial ? partialTtlMs : endpoint.ttlMs;
    for (const input of inputs) {
      const value = parsed.values.get(endpoint.keyOf(input));
      const lifetimes =
        value === undefined
          ? { freshForMs: endpoint.notFoundTtlMs, staleForMs: 0 }
          : { freshForMs, staleForMs: endpoint.staleForMs };
      cache.set(cacheKey(endpoint, input), value, lifetimes);
    }
  }

  const cacheKey = (endpoint: Endpoint, input: unknown): string =>
    `${source.name} ${endpoint.name} ${endpoint.keyOf(input)}`;

  async function ask(endpoint: Endpoint, input: unknown, context: AskContext): Promise<Answer> {
    const startedAtMs = now();
    const line = lineOf(endpoint);
    let tally: Tally = createTally();
    const finish = (outcome: Outcome, rest: { isCacheHit: boolean; error?: SourceError }): Answer => ({
      outcome,
      ...rest,
      attempts: tally.attempts,
      waitedMs: { ...tally.waitedMs },
      durationMs: Math.max(0, now() - startedAtMs),
      breaker: line.breaker.state(),
    });

    const remembered = cache.get(cacheKey(endpoint, input));
    if (remembered?.isFresh) return finish(answered(remembered, 'cache'), { isCacheHit: true });
    try {
      if (isClosed) throw closed();
      const group = endpoint.batch?.groupOf(input) ?? '';
      const landed = await line.batcher.join({ ...context, key: endpoint.keyOf(input), group, input }, (shared) => {
        tally = shared;
      });
      return finish(answered({ value: landed.value, answeredAtMs: now() }, 'network'), { isCacheHit: false });
    } catch (error) {
      const missing = toMissing(error);
      const outcome: Outcome =
        remembered === null || remembered.value === undefined
          ? missing
          : { ...answered(remembered, 'stale_cache'), detail: `${missing.reason}: ${missing.detail ?? ''}` };
      return finish(outcome, { isCacheHit: false, ...(error instanceof SourceError ? { error } : {}) });
    }
  }

  return {
    ask: (endpoint, input, context) => instruments.ask(source.name, endpoint.name, () => ask(endpoint, input, context)),
    breakerStates: () => [...lines].map(([endpoint, { breaker }]) => ({ endpoint, state: breaker.state() })),
    close() {
      isClosed = true;
      stopWatching();
      for (const { batcher } of lines.values()) batcher.close(closed());
    },
  };
}

function toRequest(endpoint: Endpoint, inputs: readonly unknown[], { source, settings }: ReaderOptions): HttpRequest {
  const { path, query } = endpoint.request(inputs);
  const search = query === undefined ? '' : `?${new URLSearchParams(query)}`;
  const headers = settings.apiKey === undefined ? {} : source.authHeaders(settings.apiKey, settings.baseUrl);
  return { url: `${settings.baseUrl}${path}${search}`, headers };
}

function answered(
  { value, answeredAtMs }: { value: unknown; answeredAtMs: number },
  obtained: 'network' | 'cache' | 'stale_cache',
): Outcome {
  return value === undefined
    ? { state: 'missing', reason: 'no_record' }
    : { state: 'answered', value, obtained, answeredAtMs };
}

function toMissing(error: unknown): Extract<Outcome, { state: 'missing' }> {
  if (error instanceof NotAskedError) return { state: 'missing', reason: error.reason, detail: error.message };
  if (error instanceof SourceError) {
    const reason = error.kind === 'not_found' ? 'no_record' : error.kind;
    return { state: 'missing', reason, detail: error.facts.detail };
  }
  return { state: 'missing', reason: 'not_asked', detail: `unexpected: ${String(error)}` };
}

function closed(): NotAskedError {
  return new NotAskedError('not_asked', 'the sources are closed');
}
