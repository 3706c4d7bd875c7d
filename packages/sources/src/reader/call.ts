import type { MissingReason } from '../reading.ts';
import type { SourceName } from '../registry.ts';
import type { SourceErrorKind } from '../source-error.ts';
import { SourceError } from '../source-error.ts';

export type WaitCause = 'batch' | 'rate_limit' | 'retry';

/** What one exchange cost; its steps add to it as they go. */
export interface Tally {
  /** Requests that were sent. */
  attempts: number;
  readonly waitedMs: Record<WaitCause, number>;
}

/** One exchange with one endpoint, shared by all who wait for it. */
export interface Call {
  readonly source: SourceName;
  readonly endpoint: string;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** Until the last of those who wait gives up. */
  remainingMs(): number;
  /** The report can do without it. */
  isSpare(): boolean;
  readonly tally: Tally;
}

export function createTally(): Tally {
  return { attempts: 0, waitedMs: { batch: 0, rate_limit: 0, retry: 0 } };
}

/** A call that was not made, or whose answer nobody waited for. It says nothing about source or token. */
export class NotAskedError extends Error {
  override readonly name = 'NotAskedError';
  readonly code = 'SRC_NOT_ASKED';
  readonly reason: MissingReason;

  constructor(reason: MissingReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}

export interface FailureFacts {
  readonly kind: SourceErrorKind;
  readonly detail: string;
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

export function toSourceError(call: Call, { cause, ...facts }: FailureFacts): SourceError {
  return new SourceError(
    { source: call.source, endpoint: call.endpoint, ...facts },
    cause === undefined ? undefined : { cause },
  );
}

/** Throws when nobody waits for the call any more. */
export function assertWanted(call: Call): void {
  if (call.signal.aborted) throw abandonment(call.signal);
}

export function abandonment(signal: AbortSignal): NotAskedError {
  return signal.reason instanceof NotAskedError
    ? signal.reason
    : new NotAskedError('deadline', 'the deadline passed before an answer came');
}
