/** pino's numbers for our levels: https://getpino.io/#/docs/api?id=loggerlevels-object */
const pinoLevels: Readonly<Record<string, number>> = { DEBUG: 20, INFO: 30, WARNING: 40, ERROR: 50, CRITICAL: 60 };

/** What a transport may ask about the lines it gets. */
export const pinoConfig = {
  levels: {
    labels: { 10: 'trace', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'fatal' },
    values: { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 },
  },
  messageKey: 'msg',
  errorKey: 'error',
} as const;

/**
 * A line as transports expect it: `level` a number, `time` in epoch milliseconds, the event as `msg`, every other field
 * as it is. Fields that bear one of these names are moved to `field_<name>`.
 */
export function toPinoLine(line: string): string {
  const { timestamp, level, event, time, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  return JSON.stringify({
    level: pinoLevels[String(level)] ?? pinoLevels['INFO'],
    time: Date.parse(String(timestamp)),
    msg: event,
    ...rest,
    ...(time === undefined ? {} : { field_time: time }),
    ...(msg === undefined ? {} : { field_msg: msg }),
  });
}
