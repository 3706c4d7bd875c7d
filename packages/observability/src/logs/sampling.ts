import { traceFraction } from '../tracing/trace-fraction.ts';
import { levelRank } from './level.ts';
import type { LogRecord, TraceIds } from './log-record.ts';

/** `rate` 0 to 1: the share of DEBUG and INFO lines that are kept. */
export interface LogSampling {
  readonly enabled: boolean;
  readonly rate: number;
}

/**
 * Decides whether a line is kept. Lines of one trace share their fate, so that a kept trace has all its lines;
 * WARNING and above are always kept.
 *
 * @param random 0 (inclusive) to 1, for lines outside any trace
 */
export function createLogSampler(
  sampling: LogSampling,
  random: () => number,
): (record: LogRecord, ids: TraceIds | undefined) => boolean {
  // Written this way round so that a rate that is no number keeps everything.
  if (!sampling.enabled || !(sampling.rate < 1)) return () => true;
  return (record, ids) => {
    if (levelRank[record.level] >= levelRank.WARNING) return true;
    return (ids === undefined ? random() : traceFraction(ids.traceId)) < sampling.rate;
  };
}
