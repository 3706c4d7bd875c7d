import { type LogLevel, levelRank } from '../level.ts';
import type { LogFields, LogRecord, TraceIds } from '../log-record.ts';
import { coversLogger } from './level-rules.ts';

/** What becomes more talkative, how much and for how long. Given several conditions, a line must meet all of them. */
export interface LevelRaise {
  /** Lines of this level and above are written. */
  readonly level: LogLevel;
  /** This logger and those below it: `shop` covers `shop.orders`. @default all loggers */
  readonly logger?: string | undefined;
  /** Only lines of this trace (32 hex digits). */
  readonly traceId?: string | undefined;
  /**
   * Only lines with these fields, bound or given with the call, e.g. `{ order_id: 'a1' }`. Numbers, booleans and texts that read
   * the same are the same.
   */
  readonly fields?: LogFields | undefined;
  /** Milliseconds until it falls back by itself, at most 24 hours. @default 600000, ten minutes */
  readonly forMs?: number | undefined;
  /** Told in the line that says so. */
  readonly reason?: string | undefined;
}

/** How a raise ended. */
export type RaiseEnd = 'expired' | 'reverted';

/** The raises that hold now. */
export interface RaisedLevels {
  /** Begins a raise; the function returned ends it, once. Undefined when too many hold already. */
  raise(raise: LevelRaise): (() => void) | undefined;
  /** The lowest rank some line of this logger may have and still be covered; Infinity when there is none. */
  lowestRank(logger: string): number;
  /** Whether a raise asks for this very line. */
  covers(record: LogRecord, ids: TraceIds | undefined): boolean;
}

/** What raises need from outside. */
export interface RaisedLevelsParts {
  /** Runs `task` after `delayMs` without keeping the process alive; returns how to call it off. */
  readonly schedule: (task: () => void, delayMs: number) => () => void;
  readonly onRaised: (raise: LevelRaise, durationMs: number) => void;
  readonly onEnded: (raise: LevelRaise, how: RaiseEnd) => void;
}

const defaultDurationMs = 600_000;
const longestDurationMs = 86_400_000;
// Each one is asked for every line while it holds.
const mostRaises = 100;

/** Several raises hold beside each other: a line is written when any of them, or the configuration, asks for it. */
export function createRaisedLevels({ schedule, onRaised, onEnded }: RaisedLevelsParts): RaisedLevels {
  const holding = new Set<LevelRaise>();
  return {
    raise(asked) {
      if (holding.size >= mostRaises) return undefined;
      const raise = { ...asked };
      const end = (how: RaiseEnd): void => {
        if (!holding.delete(raise)) return;
        callOff();
        onEnded(raise, how);
      };
      const durationMs = toDurationMs(raise.forMs);
      const callOff = schedule(() => end('expired'), durationMs);
      holding.add(raise);
      onRaised(raise, durationMs);
      return () => end('reverted');
    },
    lowestRank(logger) {
      let lowest = Number.POSITIVE_INFINITY;
      for (const raise of holding) {
        if (coversLogger(raise.logger ?? '', logger)) lowest = Math.min(lowest, levelRank[raise.level]);
      }
      return lowest;
    },
    covers(record, ids) {
      if (holding.size === 0) return false;
      for (const raise of holding) if (isCovered(raise, record, ids)) return true;
      return false;
    },
  };
}

function isCovered(raise: LevelRaise, record: LogRecord, ids: TraceIds | undefined): boolean {
  if (levelRank[record.level] < levelRank[raise.level]) return false;
  if (raise.traceId !== undefined && raise.traceId !== ids?.traceId) return false;
  if (!coversLogger(raise.logger ?? '', record.logger)) return false;
  return raise.fields === undefined || holdsFields(record, raise.fields);
}

function holdsFields(record: LogRecord, wanted: LogFields): boolean {
  return Object.keys(wanted).every((key) => {
    const value = readField(record.fields, key);
    return isSame(value === undefined ? readField(record.bound, key) : value, wanted[key]);
  });
}

function readField(fields: LogFields | undefined, key: string): unknown {
  try {
    return fields?.[key];
  } catch {
    return undefined;
  }
}

/** Who raises a level over HTTP or from a shell has texts only. */
function isSame(value: unknown, wanted: unknown): boolean {
  if (Object.is(value, wanted)) return true;
  return isPlain(value) && isPlain(wanted) && String(value) === String(wanted);
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function toDurationMs(forMs: number | undefined): number {
  if (forMs === undefined || !(forMs > 0)) return defaultDurationMs;
  return Math.min(forMs, longestDurationMs);
}

/** The fields of the lines that tell of a raise. */
export function describeRaise(raise: LevelRaise, durationMs?: number): LogFields {
  return {
    raised_to: raise.level,
    for_logger: raise.logger,
    for_trace_id: raise.traceId,
    for_fields: raise.fields,
    duration_seconds: durationMs === undefined ? undefined : durationMs / 1_000,
    reason: raise.reason,
  };
}
