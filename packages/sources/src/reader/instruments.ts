import type { HttpReply, ParsedReply } from '../define-source.ts';
import type { SourceName } from '../registry.ts';
import type { SourceError } from '../source-error.ts';
import type { BreakerState } from '../sources.ts';
import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import type { HttpRequest } from './http.ts';
import type { RateLimitStatus } from './rate-limit.ts';

export interface AttemptResult {
  readonly parsed: ParsedReply<unknown>;
  readonly reply: Pick<HttpReply, 'status'>;
}

export interface BreakerChange {
  readonly source: SourceName;
  readonly endpoint: string;
  readonly state: BreakerState;
  readonly cause: SourceError | null;
}

/** What the reader lets others see. Each wrapper runs its work once and hands on its outcome unchanged. */
export interface Instruments {
  /** One endpoint asked about one token, answered from wherever. */
  ask(source: SourceName, endpoint: string, work: () => Promise<Answer>): Promise<Answer>;
  /** One exchange with the source, retries included. */
  exchange<T>(call: Call, work: () => Promise<T>): Promise<T>;
  /** One request. `work` sends the headers given beside its own. */
  attempt(
    call: Call,
    request: HttpRequest,
    work: (headers: Readonly<Record<string, string>>) => Promise<AttemptResult>,
  ): Promise<AttemptResult>;
  /** Told once at the start, and at every change; `cause` is what opened it. */
  breaker(change: BreakerChange): void;
  /** A breaker that had been open closed. */
  breakerRecovered(source: SourceName, endpoint: string): void;
  /** Where the state of a source's limit can be seen. Returns what ends that. */
  rateLimit(source: SourceName, status: () => RateLimitStatus | null): () => void;
}
