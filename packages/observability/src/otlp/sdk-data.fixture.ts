import { type HrTime, type SpanContext, type SpanKind, type SpanStatusCode, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes, type Resource as SdkResource } from '@opentelemetry/resources';
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs';
import {
  AggregationTemporality,
  DataPointType,
  type MetricData as SdkMetric,
  type ResourceMetrics as SdkMetrics,
} from '@opentelemetry/sdk-metrics';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { AnyValue, Attributes, Resource } from './common-model.ts';
import type { LogData, ResourceLogs } from './log-model.ts';
import type { HistogramPoint, MetricData, ResourceMetrics } from './metric-model.ts';
import type { ResourceSpans, SpanData, SpanLink } from './trace-model.ts';

// The model as OpenTelemetry's SDK would hold the same data, for its own serializers.

const toHrTime = (nanos: bigint): HrTime => [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
const hasIsRemote = 0x100;

function toSdkResource({ attributes }: Resource, schemaUrl: string | undefined): SdkResource {
  return resourceFromAttributes(attributes as never, schemaUrl === undefined ? {} : { schemaUrl });
}

const toContext = (traceId: string, spanId: string, flags: number): SpanContext => ({
  traceId,
  spanId,
  traceFlags: flags & 0xff,
});

function toSdkLink({ traceId, spanId, flags, attributes, droppedAttributesCount }: SpanLink) {
  return {
    context: toContext(traceId, spanId, flags),
    attributes: attributes as never,
    droppedAttributesCount,
  };
}

export function toSdkSpans(resources: readonly ResourceSpans[]): ReadableSpan[] {
  return resources.flatMap(({ resource, scopes, schemaUrl }) => {
    const sdkResource = toSdkResource(resource, schemaUrl);
    return scopes.flatMap(({ scope, spans, schemaUrl: scopeUrl }) => {
      const instrumentationScope = { ...scope, ...(scopeUrl === undefined ? {} : { schemaUrl: scopeUrl }) };
      return spans.map((span) => ({ ...toSdkSpan(span), resource: sdkResource, instrumentationScope }));
    });
  }) as unknown as ReadableSpan[];
}

function toSdkSpan(span: SpanData) {
  return {
    ...span,
    kind: (span.kind - 1) as SpanKind,
    spanContext: () => toContext(span.traceId, span.spanId, span.flags),
    ...(span.parentSpanId === '' ? {} : { parentSpanContext: toContext(span.traceId, span.parentSpanId, 1) }),
    startTime: toHrTime(span.startTimeUnixNano),
    endTime: toHrTime(span.endTimeUnixNano),
    duration: [0, 0],
    ended: true,
    status: { code: span.status.code as SpanStatusCode, message: span.status.message },
    events: span.events.map((event) => ({ ...event, time: toHrTime(event.timeUnixNano) })),
    links: span.links.map(toSdkLink),
  };
}

/** What the SDK can hold of any spans, and how it says it: it knows only the flags it makes itself. */
export function asSdkKnowsSpans(resources: readonly ResourceSpans[]): ResourceSpans[] {
  return resources
    .map(({ resource, scopes, ...rest }) => ({
      ...rest,
      resource: { attributes: resource.attributes },
      scopes: scopes
        .filter(({ spans }) => spans.length > 0)
        .map((scope) => ({ ...scope, spans: scope.spans.map(asSdkKnowsSpan) })),
    }))
    .filter(({ scopes }) => scopes.length > 0);
}

const asSdkKnowsSpan = (span: SpanData): SpanData => ({
  ...span,
  kind: 1 + (Math.abs(span.kind) % 5),
  traceState: '',
  flags: (span.flags & 0xff) | hasIsRemote,
  startTimeUnixNano: toSdkTime(span.startTimeUnixNano),
  endTimeUnixNano: toSdkTime(span.endTimeUnixNano),
  status: { ...span.status, code: span.status.code % 3 },
  events: span.events.map((event) => ({ ...event, timeUnixNano: toSdkTime(event.timeUnixNano) })),
  links: span.links.map((link) => ({ ...link, traceState: '', flags: (link.flags & 0xff) | hasIsRemote })),
});

/** Its serializers are exact for times that can be. */
const toSdkTime = (nanos: bigint): bigint => nanos % 2n ** 62n;

export function toSdkLogs(resources: readonly ResourceLogs[]): ReadableLogRecord[] {
  return resources.flatMap(({ resource, scopes, schemaUrl }) => {
    const sdkResource = toSdkResource(resource, schemaUrl);
    return scopes.flatMap(({ scope, records, schemaUrl: scopeUrl }) => {
      const instrumentationScope = { ...scope, ...(scopeUrl === undefined ? {} : { schemaUrl: scopeUrl }) };
      return records.map((record) => ({ ...toSdkLog(record), resource: sdkResource, instrumentationScope }));
    });
  }) as unknown as ReadableLogRecord[];
}

function toSdkLog(record: LogData) {
  const { traceId, spanId, flags, body, ...rest } = record;
  return {
    ...rest,
    body: body ?? undefined,
    hrTime: toHrTime(record.timeUnixNano),
    hrTimeObserved: toHrTime(record.observedTimeUnixNano),
    ...(traceId === '' ? {} : { spanContext: toContext(traceId, spanId, flags) }),
  };
}

export function asSdkKnowsLogs(resources: readonly ResourceLogs[]): ResourceLogs[] {
  return resources
    .map(({ resource, scopes, ...rest }) => ({
      ...rest,
      resource: { attributes: resource.attributes },
      scopes: scopes
        .filter(({ records }) => records.length > 0)
        .map((scope) => ({ ...scope, records: scope.records.map(asSdkKnowsLog) })),
    }))
    .filter(({ scopes }) => scopes.length > 0);
}

function asSdkKnowsLog(record: LogData): LogData {
  const isInSpan = record.traceId !== '' && record.spanId !== '';
  return {
    ...record,
    timeUnixNano: toSdkTime(record.timeUnixNano),
    observedTimeUnixNano: toSdkTime(record.observedTimeUnixNano),
    traceId: isInSpan ? record.traceId : '',
    spanId: isInSpan ? record.spanId : '',
    flags: isInSpan ? record.flags & TraceFlags.SAMPLED : 0,
  };
}

const temporalities = {
  unspecified: AggregationTemporality.DELTA,
  delta: AggregationTemporality.DELTA,
  cumulative: AggregationTemporality.CUMULATIVE,
} as const;

/** The SDK exports one resource at a time. */
export function toSdkMetrics({ resource, scopes, schemaUrl }: ResourceMetrics): SdkMetrics {
  return {
    resource: toSdkResource(resource, schemaUrl),
    scopeMetrics: scopes.map(({ scope, metrics, schemaUrl: scopeUrl }) => ({
      scope: { ...scope, ...(scopeUrl === undefined ? {} : { schemaUrl: scopeUrl }) },
      metrics: metrics.map(toSdkMetric),
    })),
  };
}

function toSdkMetric(metric: MetricData): SdkMetric {
  const isInt = metric.kind === 'sum' || metric.kind === 'gauge' ? typeof metric.points[0]?.value === 'bigint' : false;
  const descriptor = {
    name: metric.name,
    description: metric.description,
    unit: metric.unit,
    valueType: isInt ? 0 : 1,
  };
  const temporality = metric.kind === 'gauge' || metric.kind === 'summary' ? 'cumulative' : metric.temporality;
  const common = { descriptor, aggregationTemporality: temporalities[temporality] };
  return { ...common, ...toSdkData(metric) } as unknown as SdkMetric;
}

function toSdkData(metric: MetricData) {
  if (metric.kind === 'gauge') {
    return {
      dataPointType: DataPointType.GAUGE,
      dataPoints: metric.points.map((one) => toSdkPoint(one, Number(one.value))),
    };
  }
  if (metric.kind === 'sum') {
    const dataPoints = metric.points.map((one) => toSdkPoint(one, Number(one.value)));
    return { dataPointType: DataPointType.SUM, isMonotonic: metric.isMonotonic, dataPoints };
  }
  if (metric.kind === 'histogram') {
    return {
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints: metric.points.map((one) => toSdkPoint(one, toSdkHistogram(one))),
    };
  }
  if (metric.kind === 'summary') throw new Error('the SDK has no summaries');
  return {
    dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
    dataPoints: metric.points.map((one) =>
      toSdkPoint(one, {
        ...one,
        positive: { offset: one.positive.offset, bucketCounts: one.positive.counts },
        negative: { offset: one.negative.offset, bucketCounts: one.negative.counts },
      }),
    ),
  };
}

const toSdkHistogram = ({ count, sum, min, max, bucketCounts, explicitBounds }: HistogramPoint) => ({
  count,
  sum,
  min,
  max,
  buckets: { counts: bucketCounts, boundaries: explicitBounds },
});

interface TimedPoint {
  readonly attributes: Attributes;
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
}

const toSdkPoint = ({ attributes, startTimeUnixNano, timeUnixNano }: TimedPoint, value: unknown) => ({
  attributes,
  startTime: toHrTime(startTimeUnixNano),
  endTime: toHrTime(timeUnixNano),
  value,
});

/** Exemplars, summaries, flags, zero thresholds and integers beyond 2^53 are not among what its serializers write. */
export function asSdkKnowsMetrics({ resource, scopes, ...rest }: ResourceMetrics): ResourceMetrics {
  return {
    ...rest,
    resource: { attributes: resource.attributes },
    scopes: scopes.map((scope) => ({
      ...scope,
      metrics: scope.metrics.filter(({ kind }) => kind !== 'summary').map(asSdkKnowsMetric),
    })),
  };
}

function asSdkKnowsMetric(metric: MetricData): MetricData {
  const isInt = metric.kind === 'sum' || metric.kind === 'gauge' ? typeof metric.points[0]?.value === 'bigint' : false;
  const points = metric.points.map((point) => ({
    ...point,
    exemplars: [],
    flags: 0,
    startTimeUnixNano: toSdkTime(point.startTimeUnixNano),
    timeUnixNano: toSdkTime(point.timeUnixNano),
    ...('zeroThreshold' in point ? { zeroThreshold: 0 } : {}),
    ...(metric.kind === 'sum' || metric.kind === 'gauge'
      ? { value: toSdkValue('value' in point ? point.value : 0, isInt) }
      : {}),
  }));
  const temporality = 'temporality' in metric && metric.temporality === 'unspecified' ? { temporality: 'delta' } : {};
  return { ...metric, ...temporality, points } as unknown as MetricData;
}

function toSdkValue(value: unknown, isInt: boolean): number | bigint {
  const number = typeof value === 'bigint' || typeof value === 'number' ? Number(value) : 0;
  return isInt ? BigInt(Number.isFinite(number) ? Math.trunc(number) % 2 ** 53 : 0) : number;
}

const freeValues = new Set(['attributes', 'filteredAttributes', 'body']);

/** With attribute values its serializers have a form for: no integers beyond 2^53. */
export function asSdkWrites<T>(model: T): T {
  return rewrite(model, (number) => number) as T;
}

/** Also without NaN and infinities, which become null in its JSON. */
export function asSdkJsonWrites<T>(model: T): T {
  return rewrite(model, (number) => (Number.isFinite(number) ? number : 0.5)) as T;
}

type ToNumber = (number: number) => number;

function rewrite(node: unknown, toNumber: ToNumber): unknown {
  if (typeof node === 'number') return toNumber(node);
  if (Array.isArray(node)) return node.map((one) => rewrite(one, toNumber));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([name, value]) => {
      if (name === 'resource') return [name, { attributes: { 'service.name': 'some service', replicas: 3 } }];
      return [name, freeValues.has(name) ? toSdkValues(value, toNumber) : rewrite(value, toNumber)];
    }),
  );
}

function toSdkValues(value: AnyValue, toNumber: ToNumber): AnyValue {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return toNumber(Math.abs(value) > 2 ** 53 && Number.isInteger(value) ? 1.5 : value);
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map((one) => toSdkValues(one, toNumber));
  const map = value as Attributes;
  return Object.fromEntries(Object.keys(map).map((name) => [name, toSdkValues(map[name] as AnyValue, toNumber)]));
}
