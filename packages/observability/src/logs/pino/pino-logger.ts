import type { LogLevel } from '../level.ts';
import type { LogFields } from '../log-record.ts';
import { getLogger, type Logger } from '../logger.ts';
import { activePipeline, writeNotice } from '../pipeline.ts';
import { type PinoSerializers, readPinoCall, serializeFields } from './pino-call.ts';

/** What a child logger changes. Other options of pino are told about in a line `pino_option_ignored`. */
export interface PinoChildOptions {
  readonly level?: string | undefined;
  /** By field name, e.g. `req`, `res` and `err` as Fastify gives them. */
  readonly serializers?: PinoSerializers | undefined;
  /** Put before every message. */
  readonly msgPrefix?: string | undefined;
}

/** `(message, ...args)`, `(object, message?, ...args)` or `(error, message?, ...args)`. Never throws. */
export type PinoLogMethod = (first?: unknown, ...rest: unknown[]) => void;

/** A logger with the methods of pino whose lines are ours. */
export interface PinoLogger {
  /**
   * `trace debug info warn error fatal silent`. As long as it is not set it follows the configuration, raised levels
   * included; a level set here holds for this logger and children made later, whatever the configuration says. Others are
   * ignored with a line that says so.
   */
  level: string;
  readonly levelVal: number;
  readonly levels: {
    readonly values: Readonly<Record<string, number>>;
    readonly labels: Readonly<Record<number, string>>;
  };
  readonly msgPrefix: string | undefined;
  /** Written as DEBUG, and only where this logger's own level is `trace`. */
  readonly trace: PinoLogMethod;
  readonly debug: PinoLogMethod;
  readonly info: PinoLogMethod;
  readonly warn: PinoLogMethod;
  readonly error: PinoLogMethod;
  /** Written as CRITICAL. */
  readonly fatal: PinoLogMethod;
  readonly silent: PinoLogMethod;
  child(bindings: LogFields, options?: PinoChildOptions): PinoLogger;
  isLevelEnabled(level: string): boolean;
  bindings(): Record<string, unknown>;
  setBindings(bindings: LogFields): void;
  /** Writes what is waiting; `done` is called afterwards. */
  flush(done?: (error?: Error) => void): void;
}

/**
 * A pino-compatible face of a logger, for Fastify (`loggerInstance`) and whatever else wants a pino logger. Lines go where
 * all lines go, with ids, redaction, sampling and throttling.
 *
 * Messages are filled in as pino does it. A message that is a snake_case fact of two words or more becomes the event;
 * any other is the field `message` of the event `log`, unless the object names an `event`. `err` is logged as `error`.
 *
 * @param log a logger, whose name and bound fields are taken over, or the name of one
 */
export function toPinoLogger(log: Logger | string): PinoLogger {
  const base = typeof log === 'string' ? getLogger(log) : log;
  return new PinoFace(base, { own: undefined, serializers: {}, prefix: '' });
}

const values: Readonly<Record<string, number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };
const labels: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(values).map(([label, value]) => [value, label]),
);
const levels = { values, labels };
const silent = Number.POSITIVE_INFINITY;

const ourLevels = { 10: 'DEBUG', 20: 'DEBUG', 30: 'INFO', 40: 'WARNING', 50: 'ERROR', 60: 'CRITICAL' } as const;
type PinoValue = keyof typeof ourLevels;

const flushBudgetMs = 1_000;

interface FaceOptions {
  /** Pino's number of the level set on this logger. */
  readonly own: number | undefined;
  readonly serializers: PinoSerializers;
  readonly prefix: string;
}

// A class because Fastify makes one per request.
class PinoFace implements PinoLogger {
  #log: Logger;
  #own: number | undefined;
  readonly #call: { readonly serializers: PinoSerializers; readonly prefix: string };

  constructor(log: Logger, { own, serializers, prefix }: FaceOptions) {
    this.#log = log;
    this.#own = own;
    this.#call = { serializers, prefix };
  }

  get level(): string {
    const value = this.levelVal;
    return value === silent ? 'silent' : (labels[value] ?? 'silent');
  }

  set level(level: string) {
    const value = toValue(level);
    if (value === undefined) writeNotice('log_level_unknown', { for_logger: this.#log.name, came: level });
    else this.#own = value;
  }

  get levelVal(): number {
    if (this.#own !== undefined) return this.#own;
    const lowest = ([20, 30, 40, 50, 60] as const).find((value) => this.#log.isEnabled(ourLevels[value]));
    return lowest ?? silent;
  }

  get levels(): typeof levels {
    return levels;
  }

  get msgPrefix(): string | undefined {
    return this.#call.prefix === '' ? undefined : this.#call.prefix;
  }

  trace(...args: unknown[]): void {
    this.#write(10, args);
  }

  debug(...args: unknown[]): void {
    this.#write(20, args);
  }

  info(...args: unknown[]): void {
    this.#write(30, args);
  }

  warn(...args: unknown[]): void {
    this.#write(40, args);
  }

  error(...args: unknown[]): void {
    this.#write(50, args);
  }

  fatal(...args: unknown[]): void {
    this.#write(60, args);
  }

  silent(): void {}

  child(bindings: LogFields, options: PinoChildOptions = {}): PinoLogger {
    const serializers = { ...this.#call.serializers, ...options?.serializers };
    const own = options?.level === undefined ? undefined : toValue(options.level);
    tellIgnored(options);
    return new PinoFace(this.#log.bind(serializeFields(bindings, serializers)), {
      own: own ?? this.#own,
      serializers,
      prefix: this.#call.prefix + (options?.msgPrefix ?? ''),
    });
  }

  isLevelEnabled(level: string): boolean {
    const value = toValue(level);
    return value !== undefined && value !== silent && this.#isEnabled(value as PinoValue);
  }

  bindings(): Record<string, unknown> {
    return { ...this.#log.bound };
  }

  setBindings(bindings: LogFields): void {
    this.#log = this.#log.bind(serializeFields(bindings, this.#call.serializers));
  }

  flush(done?: (error?: Error) => void): void {
    const flushed = activePipeline.sink.flush(flushBudgetMs);
    // Outside of the promise, so that what the callback throws is the host's as it would be with pino.
    if (typeof done === 'function') void flushed.finally(() => setImmediate(done));
  }

  #isEnabled(value: PinoValue): boolean {
    if (this.#own !== undefined) return value >= this.#own;
    return value > 10 && this.#log.isEnabled(ourLevels[value]);
  }

  #write(value: PinoValue, args: readonly unknown[]): void {
    if (!this.#isEnabled(value)) return;
    const { name: logger, bound } = this.#log;
    const level: LogLevel = ourLevels[value];
    const line = readPinoCall(args, this.#call);
    const exempt = this.#own === undefined ? {} : { exempt: 'level' as const };
    activePipeline.write({ level, logger, bound, ...line, ...exempt });
  }
}

function toValue(level: unknown): number | undefined {
  if (level === 'silent') return silent;
  return typeof level === 'string' && Object.hasOwn(values, level) ? values[level] : undefined;
}

const told = new Set<string>();

/** Above all `redact`: who relies on it has to know that the configured names hold instead. */
function tellIgnored(options: object): void {
  for (const option of ['redact', 'formatters', 'customLevels']) {
    if (options === null || told.has(option) || Reflect.get(options, option) === undefined) continue;
    told.add(option);
    writeNotice('pino_option_ignored', { option });
  }
}
