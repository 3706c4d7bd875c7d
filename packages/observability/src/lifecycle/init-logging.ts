import { ConfigError } from '../config/config-error.ts';
import { readTerminal } from '../config/terminal.ts';
import { configureLogs, defaultLogSettings } from '../logs/pipeline.ts';
import { openStandardSink } from '../logs/sinks/open-sinks.ts';
import { createPrettyLine } from '../logs/terminal/pretty-line.ts';
import { findLoggingProblems, type InitLoggingOptions } from './logging-options.ts';

export type { InitLoggingOptions } from './logging-options.ts';

/**
 * Sets up logging for every logger of the process, those already made included. May be called again. Files, transports and
 * reloading come with `initObservability`.
 *
 * @throws ConfigError with all that is wrong with the options; then nothing has been changed
 */
export function initLogging(options: InitLoggingOptions): void {
  const problems = findLoggingProblems(options);
  if (problems.length > 0) throw new ConfigError(problems);
  const { format = 'auto', logTo = 'stdout' } = options;
  const terminal = readTerminal(logTo);
  const readable = format === 'console' || (format === 'auto' && terminal.isTerminal);
  configureLogs({
    ...defaultLogSettings,
    serviceName: options.serviceName,
    environment: options.environment ?? 'development',
    version: options.version ?? 'unknown',
    level: options.level ?? defaultLogSettings.level,
    loggerLevels: options.levels ?? defaultLogSettings.loggerLevels,
    defaultFields: options.defaultFields ?? {},
    redactFields: options.redactFields ?? defaultLogSettings.redactFields,
    redaction: { ...defaultLogSettings.redaction, ...options.redaction },
    sampling: options.sampling ?? defaultLogSettings.sampling,
    throttling: { ...defaultLogSettings.throttling, ...options.throttling },
    debugOnFailure: { ...defaultLogSettings.debugOnFailure, ...options.debugOnFailure },
    // At once, not batched: without initObservability nobody would write the last batch when a signal comes.
    sink: openStandardSink(logTo, {
      immediate: true,
      present: readable ? createPrettyLine(terminal.colour) : undefined,
    }),
  });
}
