import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  type IBreaker,
} from 'cockatiel';
import { SourceError, type SourceErrorKind } from '../source-error.ts';
import type { BreakerState } from '../sources.ts';
import { NotAskedError } from './call.ts';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** The first time; doubled each time the trial call fails, up to ten minutes. */
  readonly openMs: number;
  /** What opened it, or `null` when it closed. */
  onChange(state: BreakerState, cause: SourceError | null): void;
}

export interface Breaker {
  /** @throws NotAskedError with reason `breaker_open`, without running `attempt` */
  run<T>(attempt: () => Promise<T>): Promise<T>;
  state(): BreakerState;
}

const hourMs = 3_600_000;
const longestOpenMs = 600_000;
/** Most quotas are by the day; without a reset time from the source an hour is a fair guess at a next try. */
const quotaOpenMs = hourMs;
const schemaFailures = 3;

/** Open at the first sight: the next call would meet the same refusal, and some sources punish asking on. */
const opensAtOnce: readonly SourceErrorKind[] = ['auth', 'blocked', 'quota_exhausted'];
const counted: readonly SourceErrorKind[] = [...opensAtOnce, 'server', 'network', 'schema'];

export function createBreaker({ failures, openMs, onChange }: BreakerOptions): Breaker {
  const count = createFailureCount(failures);
  let cause: SourceError | null = null;

  const isFailure = (error: Error): boolean => {
    if (error instanceof SourceError && counted.includes(error.kind)) {
      count.add(error.kind);
      cause = error;
      return true;
    }
    // A trial call that was given up proves nothing; taken for a success it would close the breaker.
    return error instanceof NotAskedError && policy.state === CircuitState.HalfOpen;
  };
  const policy: CircuitBreakerPolicy = circuitBreaker(handleWhen(isFailure), {
    breaker: count,
    halfOpenAfter: new DelegateBackoff(({ attempt }: { attempt: number }) => openFor(cause, openMs, attempt)),
  });
  policy.onStateChange((state) => {
    if (state === CircuitState.Closed) cause = null;
    onChange(stateOf(state), cause);
  });

  return {
    async run(attempt) {
      try {
        return await policy.execute(attempt);
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw new NotAskedError('breaker_open', describe(cause));
        throw error;
      }
    },
    state: () => stateOf(policy.state),
  };
}

function openFor(cause: SourceError | null, openMs: number, attempt: number): number {
  switch (cause?.kind) {
    case 'auth':
      // A key does not become right by waiting.
      return Number.POSITIVE_INFINITY;
    case 'blocked':
      return hourMs;
    case 'quota_exhausted':
      // A reset that is due at once says that the source does not know it, and would open nothing.
      return Math.max(cause.facts.retryAfterMs ?? quotaOpenMs, openMs);
    default:
      return Math.min(openMs * 2 ** (attempt - 1), Math.max(openMs, longestOpenMs));
  }
}

/** Counts by kind as errors are seen; cockatiel asks afterwards and does not say which error it asks about. */
function createFailureCount(limit: number): IBreaker & { add(kind: SourceErrorKind): void } {
  let inRow = 0;
  let schemaInRow = 0;
  let isFinal = false;
  const reset = (): void => {
    inRow = 0;
    schemaInRow = 0;
    isFinal = false;
  };
  return {
    state: undefined,
    success: reset,
    add(kind) {
      inRow += 1;
      schemaInRow = kind === 'schema' ? schemaInRow + 1 : 0;
      isFinal ||= opensAtOnce.includes(kind);
    },
    failure: () => isFinal || inRow >= limit || schemaInRow >= schemaFailures,
  };
}

function stateOf(state: CircuitState): BreakerState {
  if (state === CircuitState.Closed) return 'closed';
  return state === CircuitState.HalfOpen ? 'half_open' : 'open';
}

function describe(cause: SourceError | null): string {
  return cause === null ? 'the breaker is open' : `the breaker is open after ${cause.kind}: ${cause.facts.detail}`;
}
