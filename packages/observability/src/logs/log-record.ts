import type { LogLevel } from './level.ts';

/** Fields of a log line. Any value is accepted; what JSON cannot say is described in words. */
export type LogFields = Readonly<Record<string, unknown>>;

/** What a logger hands to the pipeline: nothing is copied or encoded yet. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly logger: string;
  readonly event: string;
  readonly bound: LogFields | undefined;
  readonly fields: LogFields | undefined;
  /** Present only for `exception()`: any thrown value, not necessarily an Error. */
  readonly thrown?: { readonly error: unknown };
  /** Ids that replace those of the active span; used by lines that describe a span itself. */
  readonly ids?: TraceIds;
  /** What does not hold this line back: `level` no level, `level_and_sampling` neither level nor sampling. */
  readonly exempt?: 'level' | 'level_and_sampling';
}

/** The two ids that lead from a line to its trace. */
export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** A line as it goes to the sink. */
export interface FinishedLine {
  readonly level: LogLevel;
  /** One JSON object, without line end. */
  readonly line: string;
  /** Secrets taken out of it. */
  readonly redactions: number;
}
