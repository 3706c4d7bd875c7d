import type { MissingReason, Obtained } from '../reading.ts';
import type { SourceError } from '../source-error.ts';
import type { BreakerState } from '../sources.ts';
import type { WaitCause } from './call.ts';

export type Outcome =
  | {
      readonly state: 'answered';
      readonly value: unknown;
      readonly obtained: Obtained;
      readonly answeredAtMs: number;
      /** For `stale_cache`: why the source could not be asked. */
      readonly detail?: string;
    }
  | { readonly state: 'missing'; readonly reason: MissingReason; readonly detail?: string };

/** What came of asking one endpoint about one token. */
export interface Answer {
  readonly outcome: Outcome;
  /** Whether it was in the cache and fresh. */
  readonly isCacheHit: boolean;
  /** Requests sent for it, by whoever asked first. */
  readonly attempts: number;
  readonly waitedMs: Readonly<Record<WaitCause, number>>;
  readonly durationMs: number;
  /** Of the endpoint, afterwards. */
  readonly breaker: BreakerState;
  readonly error?: SourceError;
}
