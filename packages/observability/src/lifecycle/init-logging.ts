import { ConfigError, type ConfigProblem } from '../config/config-error.ts';
import { readTerminal } from '../config/terminal.ts';
import { isLogLevel, type LogLevel, logLevels } from '../logs/level.ts';
import type { LogFields } from '../logs/log-record.ts';
import { configureLogs, defaultLogSettings } from '../logs/pipeline.ts';
import { createPrettyLine } from '../logs/pretty-line.ts';
import type { LogSampling } from '../logs/sampling.ts';
import { openStandardSink } from '../logs/sinks/open-sinks.ts';
import { defaultRedactFields } from '../redaction/default-fields.ts';

/** Logging on its own, without a configuration file. */
export interface InitLoggingOptions {
  readonly serviceName: string;
  /** @default 'INFO' */
  readonly level?: LogLevel;
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
  readonly sampling?: LogSampling;
}

/**
 * Sets up logging for every logger of the process, those already made included. May be called again.
 *
 * @throws ConfigError when the service has no name or the level is none; then nothing has been changed
 */
export function initLogging(options: InitLoggingOptions): void {
  const problems = findProblems(options);
  if (problems.length > 0) throw new ConfigError(problems);
  const { format = 'auto', logTo = 'stdout' } = options;
  const terminal = readTerminal(logTo);
  const readable = format === 'console' || (format === 'auto' && terminal.isTerminal);
  configureLogs({
    ...defaultLogSettings,
    serviceName: options.serviceName,
    environment: options.environment ?? 'development',
    version: options.version ?? 'unknown',
    level: options.level ?? 'INFO',
    defaultFields: options.defaultFields ?? {},
    redactFields: options.redactFields ?? defaultRedactFields,
    sampling: options.sampling ?? defaultLogSettings.sampling,
    // At once, not batched: without initObservability nobody would write the last batch when a signal comes.
    sink: openStandardSink(logTo, {
      immediate: true,
      present: readable ? createPrettyLine(terminal.colour) : undefined,
    }),
  });
}

/** An unknown level would compare with none and silence everything. */
function findProblems({ serviceName, level = 'INFO' }: InitLoggingOptions): ConfigProblem[] {
  const problem = (key: string, message: string): ConfigProblem => ({
    code: 'OBS_CONFIG_INVALID',
    where: 'initLogging',
    key,
    message,
  });
  return [
    ...(typeof serviceName === 'string' ? [] : [problem('serviceName', 'expected text, came nothing')]),
    ...(isLogLevel(level)
      ? []
      : [problem('level', `expected one of ${logLevels.join(', ')}, came ${JSON.stringify(level)}`)]),
  ];
}
