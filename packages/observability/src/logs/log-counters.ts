import { logEvents, logEventsSuppressed, redactions, telemetryDropped } from '../metrics/self-metrics.ts';
import type { LogLevel } from './level.ts';
import type { ForgottenReason } from './operation-memory.ts';
import type { LogDropReason } from './sinks/log-sink.ts';

type SuppressionReason = 'sampled' | 'throttled' | ForgottenReason;

const written: Readonly<Record<LogLevel, { inc(): void }>> = {
  DEBUG: logEvents.with({ level: 'DEBUG' }),
  INFO: logEvents.with({ level: 'INFO' }),
  WARNING: logEvents.with({ level: 'WARNING' }),
  ERROR: logEvents.with({ level: 'ERROR' }),
  CRITICAL: logEvents.with({ level: 'CRITICAL' }),
};
const suppressed: Readonly<Record<SuppressionReason, { inc(lines: number): void }>> = {
  sampled: logEventsSuppressed.with({ reason: 'sampled' }),
  throttled: logEventsSuppressed.with({ reason: 'throttled' }),
  operation_succeeded: logEventsSuppressed.with({ reason: 'operation_succeeded' }),
  operation_memory_full: logEventsSuppressed.with({ reason: 'operation_memory_full' }),
};
const redacted = redactions.with({ sink: 'log' });

/** What the log pipeline says about itself. */
export const logCounters = {
  written: (level: LogLevel): void => written[level].inc(),
  /** Held back on purpose. */
  suppressed: (reason: SuppressionReason, lines: number): void => suppressed[reason].inc(lines),
  redacted: (count: number): void => redacted.inc(count),
  /** Lost against everybody's will. */
  dropped: (reason: LogDropReason | 'encoding_failed', lines: number): void =>
    telemetryDropped.inc({ signal: 'logs', reason }, lines),
};
