import { readProperty } from './encoding/property-reading.ts';
import { levelRank } from './level.ts';
import type { LogFields, LogRecord } from './log-record.ts';
import { activePipeline } from './pipeline.ts';

/**
 * Writes event-first log lines: the event is a snake_case fact (`job_completed`), everything variable goes into fields.
 * No method ever throws, whatever the fields hold, and a disabled level costs one comparison.
 */
export interface Logger {
  /** The name written as `logger` on every line. */
  readonly name: string;
  /** What is added to every line. */
  readonly bound: LogFields | undefined;
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warning(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  critical(event: string, fields?: LogFields): void;
  /** An ERROR line with `error: {type, message, code?, stack, cause?}` made from any thrown value. */
  exception(event: string, error: unknown, fields?: LogFields): void;
  /** A logger of the same name that adds `fields` to every line; the fields of a call win over bound ones. */
  bind(fields: LogFields): Logger;
  /** Whether a line of this level would be written or remembered now, for fields that are costly to compute. */
  isEnabled(level: LogRecord['level']): boolean;
}

const { DEBUG, INFO, WARNING, ERROR, CRITICAL } = levelRank;

// A class because loggers are made per request (`bind`) and prototype methods cost nothing to create.
class EventLogger implements Logger {
  readonly name: string;
  readonly bound: LogFields | undefined;
  // Kept per logger: looking the level up by name takes 15 ns per call, comparing two numbers 1 ns.
  #generation = 0;
  #lowestRank = 0;

  constructor(name: string, bound: LogFields | undefined) {
    this.name = name;
    this.bound = bound;
  }

  debug(event: string, fields?: LogFields): void {
    if (this.#reaches(DEBUG)) this.#write('DEBUG', event, fields);
  }

  info(event: string, fields?: LogFields): void {
    if (this.#reaches(INFO)) this.#write('INFO', event, fields);
  }

  warning(event: string, fields?: LogFields): void {
    if (this.#reaches(WARNING)) this.#write('WARNING', event, fields);
  }

  error(event: string, fields?: LogFields): void {
    if (this.#reaches(ERROR)) this.#write('ERROR', event, fields);
  }

  critical(event: string, fields?: LogFields): void {
    if (this.#reaches(CRITICAL)) this.#write('CRITICAL', event, fields);
  }

  exception(event: string, error: unknown, fields?: LogFields): void {
    if (!this.#reaches(ERROR)) return;
    const { name: logger, bound } = this;
    activePipeline.write({ level: 'ERROR', logger, event, bound, fields, thrown: { error } });
  }

  bind(fields: LogFields): Logger {
    return new EventLogger(this.name, mergeFields(this.bound, fields));
  }

  isEnabled(level: LogRecord['level']): boolean {
    if (!this.#reaches(levelRank[level])) return false;
    const { name: logger, bound } = this;
    return activePipeline.isWanted({ level, logger, event: '', bound, fields: undefined });
  }

  #reaches(rank: number): boolean {
    if (this.#generation !== activePipeline.generation) this.#readLevel();
    return this.#lowestRank <= rank;
  }

  #readLevel(): void {
    this.#generation = activePipeline.generation;
    this.#lowestRank = activePipeline.lowestRank(this.name);
  }

  #write(level: LogRecord['level'], event: string, fields: LogFields | undefined): void {
    activePipeline.write({ level, logger: this.name, event, bound: this.bound, fields });
  }
}

/**
 * A logger; may be made at module level, before `initObservability`, whose settings it takes over as soon as they exist.
 * Until then it writes JSON lines of level INFO and above to stdout.
 *
 * @param bound fields added to every line
 */
export function getLogger(name: string, bound?: LogFields): Logger {
  // A name that is no text would break the comparison with the names of rules.
  return new EventLogger(String(name), bound === undefined ? undefined : mergeFields(undefined, bound));
}

/** Copies shallowly without ever throwing: a getter that throws leaves a note in place of its value. */
function mergeFields(first: LogFields | undefined, second: LogFields): LogFields {
  const merged: Record<string, unknown> = Object.create(null);
  for (const fields of [first, second]) {
    if (fields === undefined || fields === null) continue;
    try {
      for (const key of Object.keys(fields)) merged[key] = readProperty(fields, key);
    } catch {
      merged['bound_fields'] = '[unreadable]';
    }
  }
  return merged;
}
