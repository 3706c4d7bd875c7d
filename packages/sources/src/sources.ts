import type { SourceName } from './registry.ts';
import type { SourceReport } from './report.ts';
import type { SourceSettings } from './settings.ts';
import type { Token } from './token.ts';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerStatus {
  readonly source: SourceName;
  readonly endpoint: string;
  readonly state: BreakerState;
}

export interface CollectContext {
  /** On the clock handed to `createSources`. Nothing is waited for beyond it. */
  readonly deadlineAtMs: number;
  readonly signal?: AbortSignal;
}

/** All outside APIs, live: one cache, one limiter per source, one breaker per endpoint. */
export interface Sources {
  /** Every source, disabled ones too: those answer `not_asked`. */
  readonly names: readonly SourceName[];
  /** Asks one source all it knows about a token. Never rejects: what could not be asked is a reading that says why. */
  collect(source: SourceName, token: Token, context: CollectContext): Promise<SourceReport>;
  /** One row per endpoint. */
  breakers(): readonly BreakerStatus[];
  /** Gives up what is under way; later calls answer `not_asked`. */
  close(): Promise<void>;
}

export interface SourcesOptions {
  readonly settings: Readonly<Record<SourceName, SourceSettings>>;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
  /** @default globalThis.fetch */
  readonly fetch?: typeof fetch;
  /** 0 ≤ x < 1, spreads retries. @default Math.random */
  readonly random?: () => number;
}
