import fc from 'fast-check';
import type { AnyValue, Attributes, Resource, Scope } from './common-model.ts';
import type { LogData, ResourceLogs } from './log-model.ts';
import type {
  ExemplarPoint,
  ExponentialHistogramPoint,
  HistogramPoint,
  MetricData,
  NumberPoint,
  ResourceMetrics,
  SummaryPoint,
} from './metric-model.ts';
import type { ResourceSpans, SpanData, SpanEvent, SpanLink } from './trace-model.ts';

// Any telemetry that comes back as it is. Left out is what has no form of its own on the wire: a whole number that is a
// double, a negative zero, an empty optional text.

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', 'service.name', '__proto__', 'constructor', 'toString', '0', 'ä'.repeat(70), 'x'.repeat(200)),
);
const someText = text.filter((value) => value !== '');
const optionalKeys = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const withoutUndefined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, content]) => content !== undefined)) as T;

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
export const nanos = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constant(1_750_000_000_123_456_789n));
export const uint32 = fc.oneof(fc.nat({ max: 3 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const double = fc
  .oneof(fc.double(), fc.constantFrom(0, NaN, Infinity, -Infinity, 5e-324, 2 ** 60))
  .filter((value) => !Object.is(value, -0));
const count = fc.oneof(fc.nat({ max: 300 }), fc.maxSafeNat());

export const hexId = (bytes: number) =>
  fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .filter((value) => value.some((byte) => byte !== 0))
    .map((value) => Buffer.from(value).toString('hex'));
const traceId = hexId(16);
const spanId = hexId(8);
const maybe = (id: fc.Arbitrary<string>) => fc.oneof(fc.constant(''), id);

const scalar: fc.Arbitrary<AnyValue> = fc.oneof(
  text,
  fc.boolean(),
  fc.maxSafeInteger(),
  double.filter((value) => !Number.isSafeInteger(value)),
  int64.filter((value) => !Number.isSafeInteger(Number(value))),
  fc.constant(null),
  fc.uint8Array({ maxLength: 200 }),
);

const { value: anyValueArbitrary, map } = fc.letrec<{ value: AnyValue; list: AnyValue; map: Attributes }>((tie) => ({
  value: fc.oneof({ maxDepth: 4, depthSize: 'small' }, scalar, tie('list'), tie('map')),
  list: fc.array(tie('value'), { maxLength: 4 }) as fc.Arbitrary<AnyValue>,
  map: fc.dictionary(text, tie('value'), { maxKeys: 4 }) as fc.Arbitrary<Attributes>,
}));

export const anyValue: fc.Arbitrary<AnyValue> = anyValueArbitrary;
export const attributes: fc.Arbitrary<Attributes> = map;

const resource: fc.Arbitrary<Resource> = fc
  .record({ attributes, droppedAttributesCount: optionalKeys(fc.integer({ min: 1, max: 2 ** 32 - 1 })) })
  .map((value) => withoutUndefined(value) as Resource);

const scope: fc.Arbitrary<Scope> = fc
  .record({
    name: text,
    version: optionalKeys(someText),
    attributes: optionalKeys(attributes.filter((value) => Object.keys(value).length > 0)),
  })
  .map((value) => withoutUndefined(value) as Scope);

const event: fc.Arbitrary<SpanEvent> = fc.record({
  timeUnixNano: nanos,
  name: text,
  attributes,
  droppedAttributesCount: uint32,
});

const link: fc.Arbitrary<SpanLink> = fc.record({
  traceId,
  spanId,
  traceState: text,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
});

const span: fc.Arbitrary<SpanData> = fc.record({
  traceId,
  spanId,
  traceState: text,
  parentSpanId: maybe(spanId),
  flags: uint32,
  name: text,
  kind: fc.oneof(fc.nat({ max: 5 }), int32),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  droppedAttributesCount: uint32,
  events: fc.array(event, { maxLength: 3 }),
  droppedEventsCount: uint32,
  links: fc.array(link, { maxLength: 3 }),
  droppedLinksCount: uint32,
  status: fc.record({ code: fc.nat({ max: 3 }), message: text }),
});

const record: fc.Arbitrary<LogData> = fc.record({
  timeUnixNano: nanos,
  observedTimeUnixNano: nanos,
  severityNumber: fc.nat({ max: 24 }),
  severityText: text,
  eventName: text,
  body: anyValue,
  attributes,
  droppedAttributesCount: uint32,
  flags: uint32,
  traceId: maybe(traceId),
  spanId: maybe(spanId),
});

const numberValue = fc.oneof(double, int64, fc.constant(undefined));

const exemplar: fc.Arbitrary<ExemplarPoint> = fc.record({
  filteredAttributes: attributes,
  timeUnixNano: nanos,
  value: numberValue,
  traceId: maybe(traceId),
  spanId: maybe(spanId),
});

const point = { attributes, startTimeUnixNano: nanos, timeUnixNano: nanos, flags: uint32 };
const exemplars = fc.array(exemplar, { maxLength: 2 });
const maybeDouble = fc.option(double, { nil: undefined });

const numberPoint: fc.Arbitrary<NumberPoint> = fc.record({ ...point, value: numberValue, exemplars });
const histogramPoint: fc.Arbitrary<HistogramPoint> = fc.record({
  ...point,
  count,
  sum: maybeDouble,
  bucketCounts: fc.array(count, { maxLength: 40 }),
  explicitBounds: fc.array(double, { maxLength: 20 }),
  min: maybeDouble,
  max: maybeDouble,
  exemplars,
});
const buckets = fc.record({ offset: int32, counts: fc.array(count, { maxLength: 40 }) });
const exponentialPoint: fc.Arbitrary<ExponentialHistogramPoint> = fc.record({
  ...point,
  count,
  sum: maybeDouble,
  scale: int32,
  zeroCount: count,
  zeroThreshold: double,
  positive: buckets,
  negative: buckets,
  min: maybeDouble,
  max: maybeDouble,
  exemplars,
});
const summaryPoint: fc.Arbitrary<SummaryPoint> = fc.record({
  ...point,
  count,
  sum: double,
  quantiles: fc.array(fc.record({ quantile: double, value: double }), { maxLength: 3 }),
});

const identity = { name: text, description: text, unit: text };
const temporality = fc.constantFrom('unspecified', 'delta', 'cumulative');
const several = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 3 });

const metric = fc.oneof(
  fc.record({ ...identity, kind: fc.constant('gauge'), points: several(numberPoint) }),
  fc.record({
    ...identity,
    kind: fc.constant('sum'),
    temporality,
    isMonotonic: fc.boolean(),
    points: several(numberPoint),
  }),
  fc.record({ ...identity, kind: fc.constant('histogram'), temporality, points: several(histogramPoint) }),
  fc.record({
    ...identity,
    kind: fc.constant('exponential_histogram'),
    temporality,
    points: several(exponentialPoint),
  }),
  fc.record({ ...identity, kind: fc.constant('summary'), points: several(summaryPoint) }),
) as fc.Arbitrary<MetricData>;

const schemaUrl = optionalKeys(someText);
const clean = <T extends object>(value: unknown): T => withoutUndefined(value as T);

export const resourceSpans: fc.Arbitrary<ResourceSpans[]> = several(
  fc
    .record({
      resource,
      scopes: several(
        fc
          .record({ scope, spans: several(span), schemaUrl })
          .map((value) => clean<ResourceSpans['scopes'][number]>(value)),
      ),
      schemaUrl,
    })
    .map((value) => clean<ResourceSpans>(value)),
);

export const resourceLogs: fc.Arbitrary<ResourceLogs[]> = several(
  fc
    .record({
      resource,
      scopes: several(
        fc
          .record({ scope, records: several(record), schemaUrl })
          .map((value) => clean<ResourceLogs['scopes'][number]>(value)),
      ),
      schemaUrl,
    })
    .map((value) => clean<ResourceLogs>(value)),
);

export const resourceMetrics: fc.Arbitrary<ResourceMetrics[]> = several(
  fc
    .record({
      resource,
      scopes: several(
        fc
          .record({ scope, metrics: several(metric), schemaUrl })
          .map((value) => clean<ResourceMetrics['scopes'][number]>(value)),
      ),
      schemaUrl,
    })
    .map((value) => clean<ResourceMetrics>(value)),
);
