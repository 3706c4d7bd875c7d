import type { CounterFamily } from './counter.ts';
import type { GaugeFamily } from './gauge.ts';
import type { HistogramFamily } from './histogram.ts';

/** One declared metric with all its series. */
export type Family = CounterFamily | GaugeFamily | HistogramFamily;
