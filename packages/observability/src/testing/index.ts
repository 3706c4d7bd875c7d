export { createManualClock, type ManualClock } from './manual-clock.ts';
export type { MetricLabels } from './metric-reader.ts';
export type { RecordedSpan } from './recorded-spans.ts';
export { createRecorder, type RecordedLine, type Recorder, type RecorderOptions } from './recorder.ts';
