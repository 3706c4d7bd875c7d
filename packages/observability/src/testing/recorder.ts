import type { LogLevel } from '../logs/level.ts';
import { activePipeline, configureLogs } from '../logs/pipeline.ts';
import { defaultRegistry } from '../metrics/default-registry.ts';
import { containsFields, describeMissing } from './expectation-text.ts';
import { createMetricReader, type MetricLabels } from './metric-reader.ts';
import { type RecordedSpan, recordSpans } from './recorded-spans.ts';

/** A captured log line, parsed. */
export type RecordedLine = Readonly<Record<string, unknown>> & {
  readonly timestamp: string;
  readonly level: LogLevel;
  readonly logger: string;
  readonly event: string;
};

/** Everything the process says about itself while a test runs. */
export interface Recorder {
  /** Captured lines in order; with an event, only those. */
  lines(event?: string): readonly RecordedLine[];
  /** The first line with this event and these fields. @throws with what was captured instead */
  line(event: string, fields?: Readonly<Record<string, unknown>>): RecordedLine;
  /** Finished spans in order of their end; with a name, only those. */
  spans(name?: string): readonly RecordedSpan[];
  /** The first finished span of this name with these attributes. @throws with what was captured instead */
  span(name: string, attributes?: Readonly<Record<string, unknown>>): RecordedSpan;
  /**
   * What a counter or histogram (by its own name: the count; `…_sum`: the sum) gained since the recorder was made, or
   * what a gauge shows now; summed over the series with these labels. Undefined when there is none.
   */
  metric(name: string, labels?: MetricLabels): number | undefined;
  /** @throws unless `metric(name, labels)` is `expected`, with the metric's series as they are */
  expectMetric(name: string, labels: MetricLabels, expected: number | undefined): void;
  /** Forgets what was captured; metrics count from here. */
  clear(): void;
  /** Stops capturing; lines go where they went before. */
  close(): void;
}

/** How much is captured. */
export interface RecorderOptions {
  /** @default 'DEBUG' */
  readonly level?: LogLevel;
}

/**
 * Captures log lines (instead of printing them), finished spans and metric changes of this process until `close()`.
 * Needs the optional OpenTelemetry SDK packages.
 */
export function createRecorder({ level = 'DEBUG' }: RecorderOptions = {}): Recorder {
  let lines: RecordedLine[] = [];
  const before = activePipeline.settings;
  configureLogs({
    ...before,
    level,
    sampling: { enabled: false, rate: 1 },
    throttling: { ...before.throttling, enabled: false },
    sink: {
      write: (line) => void lines.push(JSON.parse(line) as RecordedLine),
      flushSync: () => 0,
      flush: () => Promise.resolve(0),
      waiting: () => 0,
    },
  });
  const recorded = recordSpans();
  let metrics = createMetricReader(defaultRegistry());

  return {
    lines: (event) => (event === undefined ? [...lines] : lines.filter((line) => line.event === event)),
    line(event, fields = {}) {
      const found = lines.find((line) => line.event === event && containsFields(line, fields));
      if (found === undefined)
        throw new Error(describeMissing('log line', { name: event, fields }, lines.map(toLineEntry)));
      return found;
    },
    spans: (name) => (name === undefined ? [...recorded.spans] : recorded.spans.filter((span) => span.name === name)),
    span(name, attributes = {}) {
      const found = recorded.spans.find((span) => span.name === name && containsFields(span.attributes, attributes));
      if (found === undefined) {
        const entries = recorded.spans.map((span) => ({ name: span.name, fields: span.attributes }));
        throw new Error(describeMissing('finished span', { name, fields: attributes }, entries));
      }
      return found;
    },
    metric: (name, labels) => metrics.read(name, labels ?? {}),
    expectMetric: (name, labels, expected) => metrics.expect(name, labels, expected),
    clear() {
      lines = [];
      recorded.spans.length = 0;
      metrics = createMetricReader(defaultRegistry());
    },
    close() {
      configureLogs(before);
      recorded.stop();
    },
  };
}

function toLineEntry(line: RecordedLine): { name: string; fields: Readonly<Record<string, unknown>> } {
  const {
    timestamp: _timestamp,
    event,
    service: _service,
    environment: _environment,
    version: _version,
    ...fields
  } = line;
  return { name: event, fields };
}
