export { createManualClock, type ManualClock, type ManualTimer } from './manual-clock.ts';
export type { MetricLabels, RecordedHistogram, RecordedSeries } from './metric-reader.ts';
export type { RecordedLine } from './recorded-lines.ts';
export type { RecordedSpan } from './recorded-spans.ts';
export { createRecorder, type Recorder, type RecorderOptions } from './recorder.ts';
export type { SpanTreeOptions } from './span-tree.ts';
export type { ExpectedFields } from './value-match.ts';
