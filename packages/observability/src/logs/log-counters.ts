import { logEvents, logEventsSuppressed, redactions, telemetryDropped } from '../metrics/self-metrics.ts';
import type { LogLevel } from './level.ts';
import type { LogDropReason } from './sinks/log-sink.ts';

const written: Readonly<Record<LogLevel, { inc(): void }>> = {
  DEBUG: logEvents.with({ level: 'DEBUG' }),
  INFO: logEvents.with({ level: 'INFO' }),
  WARNING: logEvents.with({ level: 'WARNING' }),
  ERROR: logEvents.with({ level: 'ERROR' }),
  CRITICAL: logEvents.with({ level: 'CRITICAL' }),
};
const redacted = redactions.with({ sink: 'log' });

/** What the log pipeline says about itself. */
export const logCounters = {
  written: (level: LogLevel): void => written[level].inc(),
  /** Held back on purpose. */
  sampledOut: (): void => logEventsSuppressed.inc({ reason: 'sampled' }),
  redacted: (count: number): void => redacted.inc(count),
  /** Lost against everybody's will. */
  dropped: (reason: LogDropReason | 'encoding_failed', lines: number): void =>
    telemetryDropped.inc({ signal: 'logs', reason }, lines),
};
