import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, SpanKind, SpanStatusCode, TraceFlags, trace } from '@opentelemetry/api';
import { OTLPLogExporter as LogsJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogsProto } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as MetricsJson } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as MetricsProto } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as TracesJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TracesProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { AggregationType, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from './decode-request.ts';
import { encodeExportResponse } from './responses.ts';

let server: Server;
let url: string;
let bodies: { readonly body: Uint8Array; readonly type: string }[];

beforeEach(async () => {
  bodies = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const type = request.headers['content-type'] ?? '';
    bodies.push({ body: Buffer.concat(chunks), type });
    const encoding = type === 'application/json' ? 'json' : 'protobuf';
    response.writeHead(200, { 'content-type': type });
    response.end(encodeExportResponse({ rejected: 0, message: '' }, 'traces', encoding));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const resource = resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 42, tags: ['a', 'b'] });
const traceId = '5b8efff798038103d269b633813fc60c';
const spanId = 'eee19b7ec3c1b174';

describe.each([
  { encoding: 'protobuf', type: 'application/x-protobuf', Traces: TracesProto, Metrics: MetricsProto, Logs: LogsProto },
  { encoding: 'json', type: 'application/json', Traces: TracesJson, Metrics: MetricsJson, Logs: LogsJson },
] as const)("what OpenTelemetry's exporters send in $encoding is read", ({ encoding, type, Traces, Metrics, Logs }) => {
  test('spans', async () => {
    const provider = new BasicTracerProvider({
      resource,
      spanProcessors: [new SimpleSpanProcessor(new Traces({ url }))],
    });
    const tracer = provider.getTracer('shop.http', '1.2.3');
    const parent = trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: TraceFlags.SAMPLED });
    const attributes = { 'http.route': '/buy/:id', status: 500, took: 0.25, cached: false, ids: [1, 2] };
    const span = tracer.startSpan(
      'GET /buy/:id',
      {
        kind: SpanKind.SERVER,
        attributes,
        startTime: 1_750_000_000_123,
        links: [{ context: { traceId, spanId, traceFlags: 0 } }],
      },
      parent,
    );
    span.addEvent('exception', { 'exception.message': 'ü' }, 1_750_000_000_200);
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'no' });
    span.end(1_750_000_001_000);
    await provider.shutdown();
    expect(bodies.map((one) => one.type)).toEqual([type]);
    const [read] = decodeTracesRequest(bodies[0]?.body ?? new Uint8Array(), encoding);
    expect(read?.resource.attributes).toEqual({ 'service.name': 'shop', 'process.pid': 42, tags: ['a', 'b'] });
    expect(read?.scopes).toMatchObject([{ scope: { name: 'shop.http', version: '1.2.3' } }]);
    expect(read?.scopes[0]?.spans).toEqual([
      {
        traceId,
        spanId: span.spanContext().spanId,
        traceState: '',
        parentSpanId: spanId,
        flags: 0x101,
        name: 'GET /buy/:id',
        kind: 2,
        startTimeUnixNano: 1_750_000_000_123_000_000n,
        endTimeUnixNano: 1_750_000_001_000_000_000n,
        attributes,
        droppedAttributesCount: 0,
        events: [
          {
            timeUnixNano: 1_750_000_000_200_000_000n,
            name: 'exception',
            attributes: { 'exception.message': 'ü' },
            droppedAttributesCount: 0,
          },
        ],
        droppedEventsCount: 0,
        links: [{ traceId, spanId, traceState: '', attributes: {}, droppedAttributesCount: 0, flags: 0x100 }],
        droppedLinksCount: 0,
        status: { code: 2, message: 'no' },
      },
    ]);
  });

  test('metrics of each kind', async () => {
    const provider = new MeterProvider({
      resource,
      readers: [new PeriodicExportingMetricReader({ exporter: new Metrics({ url }), exportIntervalMillis: 1e9 })],
      views: [{ instrumentName: 'sparse', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }],
    });
    const meter = provider.getMeter('shop');
    meter.createCounter('orders', { unit: '1', description: 'What was bought.', valueType: 0 }).add(7, { of: 'tea' });
    meter.createUpDownCounter('open').add(-2.5);
    meter.createObservableGauge('heat').addCallback((result) => result.observe(36.6, { room: 'a' }));
    const wait = meter.createHistogram('wait', { unit: 's', advice: { explicitBucketBoundaries: [0.1, 1] } });
    for (const value of [0.05, 0.5, 5]) wait.record(value);
    const sparse = meter.createHistogram('sparse');
    for (const value of [0, 1, 2, 1000]) sparse.record(value);
    await provider.shutdown();
    const [read] = decodeMetricsRequest(bodies[0]?.body ?? new Uint8Array(), encoding);
    const byName = new Map(read?.scopes[0]?.metrics.map((metric) => [metric.name, metric]));
    expect(byName.get('orders')).toMatchObject({
      kind: 'sum',
      unit: '1',
      description: 'What was bought.',
      temporality: 'cumulative',
      isMonotonic: true,
      points: [{ value: 7n, attributes: { of: 'tea' } }],
    });
    expect(byName.get('open')).toMatchObject({ kind: 'sum', isMonotonic: false, points: [{ value: -2.5 }] });
    expect(byName.get('heat')).toMatchObject({ kind: 'gauge', points: [{ value: 36.6, attributes: { room: 'a' } }] });
    expect(byName.get('wait')).toMatchObject({
      kind: 'histogram',
      points: [{ count: 3, sum: 5.55, bucketCounts: [1, 1, 1], explicitBounds: [0.1, 1], min: 0.05, max: 5 }],
    });
    const [point] = byName.get('sparse')?.kind === 'exponential_histogram' ? (byName.get('sparse')?.points ?? []) : [];
    expect(point).toMatchObject({ count: 4, sum: 1003, zeroCount: 1, min: 0, max: 1000, negative: { counts: [] } });
    expect(point?.startTimeUnixNano).toBeGreaterThan(1_700_000_000_000_000_000n);
    expect(point?.timeUnixNano).toBeGreaterThanOrEqual(point?.startTimeUnixNano ?? 0n);
  });

  test('log records', async () => {
    const provider = new LoggerProvider({
      resource,
      processors: [new SimpleLogRecordProcessor({ exporter: new Logs({ url }) })],
    });
    const body = { text: 'bought', items: [{ id: 1 }, { id: 2 }], rest: null };
    provider.getLogger('shop').emit({
      timestamp: 1_750_000_000_123,
      observedTimestamp: 1_750_000_000_124,
      severityNumber: 9,
      severityText: 'INFO',
      eventName: 'order.placed',
      body,
      attributes: { amount: 12.5, bytes: Uint8Array.from([0, 255]) },
      context: trace.setSpanContext(context.active(), { traceId, spanId, traceFlags: TraceFlags.SAMPLED }),
    });
    await provider.shutdown();
    const [read] = decodeLogsRequest(bodies[0]?.body ?? new Uint8Array(), encoding);
    expect(read?.scopes[0]?.records).toEqual([
      {
        timeUnixNano: 1_750_000_000_123_000_000n,
        observedTimeUnixNano: 1_750_000_000_124_000_000n,
        severityNumber: 9,
        severityText: 'INFO',
        eventName: 'order.placed',
        body,
        attributes: { amount: 12.5, bytes: Uint8Array.from([0, 255]) },
        droppedAttributesCount: 0,
        flags: 1,
        traceId,
        spanId,
      },
    ]);
  });
});
