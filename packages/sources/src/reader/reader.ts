import type { Endpoint } from '../define-source.ts';
import type { Obtained } from '../reading.ts';
import { SourceError } from '../source-error.ts';
import type { BreakerState } from '../sources.ts';
import type { Answer, Outcome } from './answer.ts';
import type { Remembered } from './cache.ts';
import { createTally, NotAskedError, type Tally } from './call.ts';
import { cacheKey, createLine, type Line, type LineOptions } from './line.ts';
import { createRateLimit } from './rate-limit.ts';

export type ReaderOptions = Omit<LineOptions, 'limit'>;

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

/**
 * Every request of every source goes this way and no other:
 * cache → one exchange per key, several keys per exchange → retry → breaker → rate limit → timeout → HTTP.
 */
export function createReader(options: ReaderOptions): Reader {
  const { source, settings, instruments, now } = options;
  const limit = createRateLimit({ ...settings, now });
  const stopWatching = instruments.rateLimit(source.name, () => limit.status());
  const lines = new Map(
    source.endpoints.map((endpoint) => [endpoint.name, createLine(endpoint, { ...options, limit })]),
  );
  let isClosed = false;
  return {
    ask: (endpoint, input, context) =>
      instruments.ask(source.name, endpoint.name, () => {
        const line = lines.get(endpoint.name);
        if (line === undefined) throw new RangeError(`${source.name} does not declare the endpoint ${endpoint.name}`);
        return askLine(line, { endpoint, input, ...context }, { ...options, isClosed });
      }),
    breakerStates: () => [...lines].map(([endpoint, { breaker }]) => ({ endpoint, state: breaker.state() })),
    close() {
      isClosed = true;
      stopWatching();
      for (const { batcher } of lines.values()) batcher.close(closedError());
    },
  };
}

interface Question extends AskContext {
  readonly endpoint: Endpoint;
  readonly input: unknown;
}

async function askLine(
  line: Line,
  question: Question,
  { source, cache, now, isClosed }: ReaderOptions & { readonly isClosed: boolean },
): Promise<Answer> {
  const { endpoint, input } = question;
  const startedAtMs = now();
  let tally: Tally = createTally();
  const finish = (outcome: Outcome, rest: { isCacheHit: boolean; error?: SourceError }): Answer => ({
    outcome,
    ...rest,
    attempts: tally.attempts,
    waitedMs: { ...tally.waitedMs },
    durationMs: Math.max(0, now() - startedAtMs),
    breaker: line.breaker.state(),
  });

  const remembered = cache.get(cacheKey(source.name, endpoint, input));
  if (remembered?.isFresh) return finish(toOutcome(remembered, 'cache'), { isCacheHit: true });
  try {
    if (isClosed) throw closedError();
    if (question.deadlineAtMs <= startedAtMs || question.signal?.aborted) throw lateError();
    const waiter = { ...question, key: endpoint.keyOf(input), group: endpoint.batch?.groupOf(input) ?? '' };
    const landed = await line.batcher.join(waiter, (shared) => {
      tally = shared;
    });
    return finish(toOutcome({ value: landed.value, answeredAtMs: now() }, 'network'), { isCacheHit: false });
  } catch (error) {
    const outcome = withOldAnswer(toMissing(error), remembered);
    return finish(outcome, { isCacheHit: false, ...(error instanceof SourceError ? { error } : {}) });
  }
}

/** An answer that is past its time is better than none, as long as it says so. */
function withOldAnswer(missing: Missing, remembered: Remembered | null): Outcome {
  if (remembered === null || remembered.value === undefined) return missing;
  return { ...toOutcome(remembered, 'stale_cache'), detail: `${missing.reason}: ${missing.detail ?? ''}` };
}

function toOutcome(answer: Pick<Remembered, 'value' | 'answeredAtMs'>, obtained: Obtained): Outcome {
  const { value, answeredAtMs } = answer;
  return value === undefined
    ? { state: 'missing', reason: 'no_record' }
    : { state: 'answered', value, obtained, answeredAtMs };
}

type Missing = Extract<Outcome, { state: 'missing' }>;

function toMissing(error: unknown): Missing {
  if (error instanceof NotAskedError) return { state: 'missing', reason: error.reason, detail: error.message };
  if (error instanceof SourceError) {
    const reason = error.kind === 'not_found' ? 'no_record' : error.kind;
    return { state: 'missing', reason, detail: error.facts.detail };
  }
  return { state: 'missing', reason: 'not_asked', detail: `unexpected: ${String(error)}` };
}

function closedError(): NotAskedError {
  return new NotAskedError('not_asked', 'the sources are closed');
}

function lateError(): NotAskedError {
  return new NotAskedError('deadline', 'the deadline had passed before it could be asked');
}
