import type { LogLevel } from '../logs/level.ts';
import { defaultRegistry } from '../metrics/default-registry.ts';
import { type Entry, failExpectation, failMissing, failPresent } from './expectation-failure.ts';
import {
  createMetricReader,
  isSameNumber,
  type MetricLabels,
  type MetricReader,
  type RecordedHistogram,
  type RecordedSeries,
  showLabels,
} from './metric-reader.ts';
import { type RecordedLine, recordLines } from './recorded-lines.ts';
import { type RecordedSpan, recordSpans, type SpanRecording } from './recorded-spans.ts';
import { renderSpanTree, type SpanTreeOptions } from './span-tree.ts';
import { type ExpectedFields, findDifferences, showValue } from './value-match.ts';

/**
 * Everything the process says about itself while a test runs.
 *
 * What fails throws an AssertionError that says what was expected, what there is instead and where the nearest candidate
 * differs. Expected values may be regular expressions for texts and matchers such as `expect.any(Number)`.
 */
export interface Recorder extends Disposable {
  /** Captured lines in order; with an event, only those. */
  lines(event?: string): readonly RecordedLine[];
  /** The first line with this event and these fields. @throws AssertionError when there is none */
  line(event: string, fields?: ExpectedFields): RecordedLine;
  /** The same as `line`. */
  expectLine(event: string, fields?: ExpectedFields): RecordedLine;
  /** @throws AssertionError with the lines that have this event and these fields */
  expectNoLine(event: string, fields?: ExpectedFields): void;

  /** Finished spans in order of their end; with a name, only those. @throws Error without the OpenTelemetry SDK */
  spans(name?: string): readonly RecordedSpan[];
  /** The first finished span of this name with these attributes. @throws AssertionError when there is none */
  span(name: string, attributes?: ExpectedFields): RecordedSpan;
  /** The same as `span`. */
  expectSpan(name: string, attributes?: ExpectedFields): RecordedSpan;
  /** @throws AssertionError with the finished spans of this name with these attributes */
  expectNoSpan(name: string, attributes?: ExpectedFields): void;
  /** The finished spans as an indented text, children below their parents in the order they began. */
  tree(options?: SpanTreeOptions): string;

  /**
   * What a counter or histogram (by its own name: the count; `…_sum`: the sum) gained since the recorder was made, or
   * what a gauge shows now; summed over the series with these labels. Undefined when there is none.
   */
  metric(name: string, labels?: MetricLabels): number | undefined;
  /** The same as `metric`, for each series by itself. */
  series(name: string, labels?: MetricLabels): readonly RecordedSeries[];
  /** What a histogram gained, summed over the series with these labels. Undefined when there is none. */
  histogram(name: string, labels?: MetricLabels): RecordedHistogram | undefined;
  /** @throws AssertionError unless `metric(name, labels)` is `expected`, with the metric's series as they are */
  expectMetric(name: string, labels: MetricLabels, expected: number | undefined): void;
  /** @throws AssertionError unless the histogram gained this; buckets that are not named may hold anything */
  expectHistogram(name: string, labels: MetricLabels, expected: Partial<RecordedHistogram>): void;

  /** Forgets what was captured; metrics count from here. */
  clear(): void;
  /** Stops capturing; lines go where they went before. The same as leaving a block with `using`. */
  close(): void;
}

/** How much is captured. */
export interface RecorderOptions {
  /** Lines of this level and above, of every logger. @default 'DEBUG' */
  readonly level?: LogLevel;
}

/**
 * Captures log lines (instead of printing them), finished spans and metric changes of this process until `close()`.
 *
 * Spans need the optional OpenTelemetry SDK packages; without them whatever asks for spans throws and says so.
 *
 * There is one pipeline, one tracer and one registry per process: test files that run side by side in processes or threads
 * of their own do not meet, tests that run at the same time in one file do. Those look for what is theirs by a field, a
 * label or a trace id. Of several recorders in one process the one made last gets the lines; all get spans and metrics;
 * they may be closed in any order.
 */
export function createRecorder({ level = 'DEBUG' }: RecorderOptions = {}): Recorder {
  const recordedLines = recordLines(level);
  const recordedSpans = recordSpans();
  let metrics = createMetricReader(defaultRegistry());
  const close = (): void => {
    recordedLines.stop();
    recordedSpans.stop();
  };
  return {
    ...createLineExpectations(recordedLines.lines),
    ...createSpanExpectations(recordedSpans),
    ...createMetricExpectations(() => metrics),
    clear() {
      recordedLines.lines.length = 0;
      recordedSpans.spans.length = 0;
      metrics = createMetricReader(defaultRegistry());
    },
    close,
    [Symbol.dispose]: close,
  };
}

type LinePart = Pick<Recorder, 'lines' | 'line' | 'expectLine' | 'expectNoLine'>;
type SpanPart = Pick<Recorder, 'spans' | 'span' | 'expectSpan' | 'expectNoSpan' | 'tree'>;
type MetricPart = Pick<Recorder, 'metric' | 'series' | 'histogram' | 'expectMetric' | 'expectHistogram'>;

function createLineExpectations(lines: readonly RecordedLine[]): LinePart {
  const find = (event: string, fields: ExpectedFields): RecordedLine[] =>
    lines.filter((line) => line.event === event && findDifferences(line, fields).length === 0);
  const line = (event: string, fields: ExpectedFields = {}): RecordedLine => {
    const [found] = find(event, fields);
    return found ?? failMissing({ what: 'log line', name: event, fields }, lines.map(toLineEntry), line);
  };
  const expectNoLine = (event: string, fields: ExpectedFields = {}): void => {
    const found = find(event, fields);
    if (found.length > 0) {
      failPresent({ what: 'log line', name: event, fields }, found.map(toLineEntry), expectNoLine);
    }
  };
  return {
    lines: (event) => (event === undefined ? [...lines] : lines.filter((recorded) => recorded.event === event)),
    line,
    expectLine: line,
    expectNoLine,
  };
}

function createSpanExpectations({ spans, unavailable }: SpanRecording): SpanPart {
  const all = (): readonly RecordedSpan[] => {
    if (unavailable === undefined) return spans;
    throw new Error(
      `no spans are recorded: ${unavailable}; ` +
        'npm install --save-dev @opentelemetry/sdk-trace @opentelemetry/resources @opentelemetry/context-async-hooks',
    );
  };
  const find = (name: string, attributes: ExpectedFields): RecordedSpan[] =>
    all().filter((one) => one.name === name && findDifferences(one.attributes, attributes).length === 0);
  const span = (name: string, attributes: ExpectedFields = {}): RecordedSpan => {
    const [found] = find(name, attributes);
    return found ?? failMissing({ what: 'finished span', name, fields: attributes }, all().map(toSpanEntry), span);
  };
  const expectNoSpan = (name: string, attributes: ExpectedFields = {}): void => {
    const found = find(name, attributes);
    if (found.length > 0) {
      failPresent({ what: 'finished span', name, fields: attributes }, found.map(toSpanEntry), expectNoSpan);
    }
  };
  return {
    spans: (name) => (name === undefined ? [...all()] : all().filter((recorded) => recorded.name === name)),
    span,
    expectSpan: span,
    expectNoSpan,
    tree: (options) => renderSpanTree(all(), options),
  };
}

function createMetricExpectations(reader: () => MetricReader): MetricPart {
  const expectMetric = (name: string, labels: MetricLabels, expected: number | undefined): void => {
    const actual = reader().read(name, labels);
    if (isSameNumber(actual, expected)) return;
    const message = `expected ${name}${showLabels(labels)} to be ${expected}, it is ${actual}\n${reader().describe(name, labels)}`;
    failExpectation({ message, actual, expected, calledAs: expectMetric });
  };
  const expectHistogram = (name: string, labels: MetricLabels, expected: Partial<RecordedHistogram>): void => {
    const gained = reader().histogram(name, labels);
    const { buckets = {}, ...numbers } = expected;
    const actual = { ...pick(gained, numbers), ...pick(gained?.buckets, buckets) };
    const wanted: Readonly<Record<string, number>> = { ...numbers, ...buckets };
    if (gained !== undefined && Object.entries(wanted).every(([key, value]) => isSameNumber(actual[key], value)))
      return;
    const message =
      `expected ${name}${showLabels(labels)} to gain ${showValue(expected)}, ` +
      `it gained ${gained === undefined ? 'nothing' : showValue(gained)}\n${reader().describe(name, labels)}`;
    failExpectation({
      message,
      actual: gained === undefined ? undefined : actual,
      expected: wanted,
      calledAs: expectHistogram,
    });
  };
  return {
    metric: (name, labels) => reader().read(name, labels ?? {}),
    series: (name, labels) => reader().series(name, labels ?? {}),
    histogram: (name, labels) => reader().histogram(name, labels ?? {}),
    expectMetric,
    expectHistogram,
  };
}

function pick(from: object | undefined, names: object): Record<string, number | undefined> {
  const found = { ...from } as Record<string, number | undefined>;
  return Object.fromEntries(Object.keys(names).map((name) => [name, found[name]]));
}

/** Fields that are the same on every line would only hide the others. */
function toLineEntry(line: RecordedLine): Entry {
  const {
    timestamp: _timestamp,
    event,
    service: _service,
    environment: _environment,
    version: _version,
    ...rest
  } = line;
  return { name: event, fields: rest };
}

function toSpanEntry({ name, attributes }: RecordedSpan): Entry {
  return { name, fields: attributes };
}
