import { attributes } from './any-value-type.ts';
import { resource, scope } from './common-messages.ts';
import { type FieldType, optional } from './field-type.ts';
import { spanId, traceId } from './id-types.ts';
import { doubles, fixed64Counts, varintCounts } from './list-types.ts';
import { message, repeated, repeatedAs } from './message-type.ts';
import type {
  ExemplarPoint,
  ExponentialBuckets,
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
  ResourceMetrics,
  ScopeMetrics,
  SummaryPoint,
} from './metric-model.ts';
import { asDouble, asInt, temporality, variant } from './one-of-types.ts';
import { bool, count, double, nanos, presentDouble, sint32, text, uint32 } from './scalar-types.ts';

// Field numbers: opentelemetry/proto/metrics/v1/metrics.proto and collector/metrics/v1/metrics_service.proto.

const exemplar = message<ExemplarPoint>({
  filteredAttributes: [7, attributes],
  timeUnixNano: [2, nanos],
  value: [
    [3, asDouble, 'asDouble'],
    [6, asInt, 'asInt'],
  ],
  traceId: [5, traceId],
  spanId: [4, spanId],
});

const numberPoint = message<NumberPoint>({
  attributes: [7, attributes],
  startTimeUnixNano: [2, nanos],
  timeUnixNano: [3, nanos],
  flags: [8, uint32],
  value: [
    [4, asDouble, 'asDouble'],
    [6, asInt, 'asInt'],
  ],
  exemplars: [5, repeated(exemplar)],
});

const histogramPoint = message<HistogramPoint>({
  attributes: [9, attributes],
  startTimeUnixNano: [2, nanos],
  timeUnixNano: [3, nanos],
  flags: [10, uint32],
  count: [4, count],
  sum: [5, presentDouble],
  bucketCounts: [6, fixed64Counts],
  explicitBounds: [7, doubles],
  min: [11, presentDouble],
  max: [12, presentDouble],
  exemplars: [8, repeated(exemplar)],
});

const buckets = message<ExponentialBuckets>({
  offset: [1, sint32],
  counts: [2, varintCounts, 'bucketCounts'],
});

const exponentialHistogramPoint = message<ExponentialHistogramPoint>({
  attributes: [1, attributes],
  startTimeUnixNano: [2, nanos],
  timeUnixNano: [3, nanos],
  flags: [10, uint32],
  count: [4, count],
  sum: [5, presentDouble],
  scale: [6, sint32],
  zeroCount: [7, count],
  zeroThreshold: [14, double],
  positive: [8, buckets],
  negative: [9, buckets],
  min: [12, presentDouble],
  max: [13, presentDouble],
  exemplars: [11, repeated(exemplar)],
});

const quantile = message<SummaryPoint['quantiles'][number]>({
  quantile: [1, double],
  value: [2, double],
});

const summaryPoint = message<SummaryPoint>({
  attributes: [7, attributes],
  startTimeUnixNano: [2, nanos],
  timeUnixNano: [3, nanos],
  flags: [8, uint32],
  count: [4, count],
  sum: [5, double],
  quantiles: [6, repeated(quantile), 'quantileValues'],
});

/** What the protocol has in one of five messages within a metric; the model has it in the metric itself. */
type DataOf<M> = M extends unknown ? Omit<M, 'name' | 'description' | 'unit'> : never;
type Data = DataOf<MetricData>;
type Content<K extends Data['kind']> = Omit<Extract<Data, { readonly kind: K }>, 'kind'>;

interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly data: Data | undefined;
}

const gauge = message<Content<'gauge'>>({ points: [1, repeated(numberPoint), 'dataPoints'] });
const sum = message<Content<'sum'>>({
  temporality: [2, temporality, 'aggregationTemporality'],
  isMonotonic: [3, bool],
  points: [1, repeated(numberPoint), 'dataPoints'],
});
const histogram = message<Content<'histogram'>>({
  temporality: [2, temporality, 'aggregationTemporality'],
  points: [1, repeated(histogramPoint), 'dataPoints'],
});
const exponentialHistogram = message<Content<'exponential_histogram'>>({
  temporality: [2, temporality, 'aggregationTemporality'],
  points: [1, repeated(exponentialHistogramPoint), 'dataPoints'],
});
const summary = message<Content<'summary'>>({ points: [1, repeated(summaryPoint), 'dataPoints'] });

const metric = message<Metric>({
  name: [1, text],
  description: [2, text],
  unit: [3, text],
  data: [
    [5, variant('gauge', gauge), 'gauge'],
    [7, variant('sum', sum), 'sum'],
    [9, variant('histogram', histogram), 'histogram'],
    [10, variant('exponential_histogram', exponentialHistogram), 'exponentialHistogram'],
    [11, variant('summary', summary), 'summary'],
  ],
});

/** A metric without data, or with data of a kind that is not known here, has no points: it is left out. */
const metrics: FieldType<readonly MetricData[]> = repeatedAs(metric, {
  toMessage: (data) => ({ name: data.name, description: data.description, unit: data.unit, data }),
  fromMessage: ({ data, ...identity }) => (data === undefined ? undefined : ({ ...identity, ...data } as MetricData)),
});

const scopeMetrics = message<ScopeMetrics>({
  scope: [1, scope],
  metrics: [2, metrics],
  schemaUrl: [3, optional(text)],
});

const resourceMetrics = message<ResourceMetrics>({
  resource: [1, resource],
  scopes: [2, repeated(scopeMetrics), 'scopeMetrics'],
  schemaUrl: [3, optional(text)],
});

export const metricsRequest = message<{ readonly resources: readonly ResourceMetrics[] }>({
  resources: [1, repeated(resourceMetrics), 'resourceMetrics'],
});
