import type { ConfigProblem } from '../config/config-error.ts';
import { nearestName } from '../config/nearest-name.ts';
import { isLogLevel, type LogLevel, logLevels } from '../logs/level.ts';
import type { LogFields } from '../logs/log-record.ts';
import type { DebugOnFailure, RedactionSettings } from '../logs/pipeline.ts';
import type { LogSampling } from '../logs/sampling.ts';
import type { LogThrottling } from '../logs/throttle.ts';

/** Logging on its own, without a configuration file. */
export interface InitLoggingOptions {
  readonly serviceName: string;
  /** Lines below it are not written. @default 'INFO' */
  readonly level?: LogLevel;
  /**
   * Levels of single loggers, e.g. `{ 'shop.orders': 'DEBUG' }`; a name covers the names below it, the longest match wins.
   *
   * @default none
   */
  readonly levels?: Readonly<Record<string, LogLevel>>;
  /** @default 'development' */
  readonly environment?: string;
  /** @default 'unknown' */
  readonly version?: string;
  /** `auto` is readable on a terminal and JSON elsewhere. @default 'auto' */
  readonly format?: 'json' | 'console' | 'auto';
  /** @default 'stdout' */
  readonly logTo?: 'stdout' | 'stderr';
  /** Added to every line. */
  readonly defaultFields?: LogFields;
  /** Names whose values are removed; replaces the default list. A leading `*` matches the end of a name. */
  readonly redactFields?: readonly string[];
  /**
   * Pseudonyms in place of `[REDACTED]` (`pseudonymKey`, a secret of at least 16 characters), and `redacted: [path, …]` on
   * lines from which something was removed (`listPaths`).
   *
   * @default no pseudonyms, no paths
   */
  readonly redaction?: Partial<RedactionSettings>;
  /** Share of DEBUG and INFO lines kept, 0 to 1; WARNING and above are always kept. @default all */
  readonly sampling?: LogSampling;
  /** Identical lines beyond `burst` per `windowMs` are held back and their number told. @default 100 in 10 000 ms */
  readonly throttling?: Partial<LogThrottling>;
  /** Remember the DEBUG lines of traced operations and write them when one fails. @default off; 200 lines of 100 operations */
  readonly debugOnFailure?: Partial<DebugOnFailure>;
}

// The same as the schema asks of files, which is not loaded here: a service that only logs does not pay for it.
const shortestKey = 16;

/** Everything that is wrong with options, which may come from the environment or from untyped code. */
export function findLoggingProblems(options: InitLoggingOptions): readonly ConfigProblem[] {
  const { serviceName, level = 'INFO', levels = {}, sampling, throttling, debugOnFailure, redaction } = options;
  const { burst = 1, windowMs = 1 } = throttling ?? {};
  const { linesPerOperation = 1, operations = 1 } = debugOnFailure ?? {};
  return [
    ...(isText(serviceName) ? [] : [problem('serviceName', `expected text, came ${cameText(serviceName)}`)]),
    // An unknown level would compare with none and silence everything.
    ...levelProblem('level', level),
    ...Object.entries(levels).flatMap(([name, own]) => levelProblem(`levels.${name}`, own)),
    ...(sampling === undefined || isBetween(sampling.rate, 0, 1)
      ? []
      : [problem('sampling.rate', `expected a number from 0 to 1, came ${cameText(sampling.rate)}`)]),
    ...countProblem('throttling.burst', burst),
    ...(windowMs > 0 && Number.isFinite(windowMs)
      ? []
      : [problem('throttling.windowMs', `expected milliseconds above 0, came ${cameText(windowMs)}`)]),
    ...countProblem('debugOnFailure.linesPerOperation', linesPerOperation),
    ...countProblem('debugOnFailure.operations', operations),
    ...keyProblem(redaction?.pseudonymKey),
  ];
}

function levelProblem(key: string, level: unknown): ConfigProblem[] {
  if (typeof level === 'string' && isLogLevel(level)) return [];
  const nearest = typeof level === 'string' ? nearestName(level, logLevels) : undefined;
  const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
  return [problem(key, `expected one of ${logLevels.join(', ')}, came ${cameText(level)}${hint}`)];
}

function countProblem(key: string, count: unknown): ConfigProblem[] {
  if (Number.isInteger(count) && Number(count) > 0) return [];
  return [problem(key, `expected a whole number above 0, came ${cameText(count)}`)];
}

function keyProblem(key: unknown): ConfigProblem[] {
  if (key === undefined || (isText(key) && key.length >= shortestKey)) return [];
  const came = isText(key) ? `${key.length} (not shown)` : 'something else';
  return [problem('redaction.pseudonymKey', `expected at least ${shortestKey} characters, came ${came}`)];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isBetween(value: unknown, low: number, high: number): boolean {
  return typeof value === 'number' && value >= low && value <= high;
}

function cameText(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  return isText(value) ? JSON.stringify(value.slice(0, 80)) : String(value);
}

function problem(key: string, message: string): ConfigProblem {
  return { code: 'OBS_CONFIG_INVALID', where: 'initLogging', key, message };
}
