/** The five levels of a log line, from least to most severe. */
export const logLevels = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;

/** Severity of a log line. */
export type LogLevel = (typeof logLevels)[number];

/** Spaced like Python's and pino's levels so that levels between two can be compared numerically. */
export const levelRank: Readonly<Record<LogLevel, number>> = {
  DEBUG: 10,
  INFO: 20,
  WARNING: 30,
  ERROR: 40,
  CRITICAL: 50,
};

/** Whether `text` names a level exactly as written in a log line. */
export function isLogLevel(text: string): text is LogLevel {
  return (logLevels as readonly string[]).includes(text);
}
