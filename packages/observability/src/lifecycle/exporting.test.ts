import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getLogger } from '../logs/logger.ts';
import { activePipeline, configureLogs } from '../logs/pipeline.ts';
import { counter, defaultRegistry } from '../metrics/default-registry.ts';
import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from '../otlp/decode-request.ts';
import type { LogData } from '../otlp/log-model.ts';
import type { MetricData } from '../otlp/metric-model.ts';
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts';
import type { SpanData } from '../otlp/trace-model.ts';
import { traceOperation } from '../tracing/operation.ts';
import { initObservability, type Observability } from './init-observability.ts';

const orders = counter({ name: 'exporting_test_orders_total', help: 'x' });

/** A receiver of OTLP over HTTP that does as it is told. */
function createCollector() {
  const collector = {
    status: 200,
    requests: 0,
    spans: [] as SpanData[],
    lines: [] as LogData[],
    metrics: [] as MetricData[],
    names: new Set<unknown>(),
    endpoint: '',
    server: createServer((request, response) => {
      void readBody(request).then((body) => {
        collector.requests += 1;
        const type = request.headers['content-type'] ?? '';
        if (collector.status === 200)
          collector.take(request.url ?? '', body, type.includes('json') ? 'json' : 'protobuf');
        response.writeHead(collector.status, { 'content-type': type }).end(type.includes('json') ? '{}' : '');
      });
    }),
    take(path: string, body: Uint8Array, encoding: OtlpEncoding) {
      if (path === '/v1/traces') {
        for (const { resource, scopes } of decodeTracesRequest(body, encoding)) {
          collector.names.add(resource.attributes['service.name']);
          for (const { spans } of scopes) collector.spans.push(...spans);
        }
      } else if (path === '/v1/logs') {
        for (const { resource, scopes } of decodeLogsRequest(body, encoding)) {
          collector.names.add(resource.attributes['service.name']);
          for (const { records } of scopes) collector.lines.push(...records);
        }
      } else {
        for (const { resource, scopes } of decodeMetricsRequest(body, encoding)) {
          collector.names.add(resource.attributes['service.name']);
          for (const { metrics } of scopes) collector.metrics.push(...metrics);
        }
      }
    },
  };
  return collector;
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const sent = Buffer.concat(parts);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a service that sends logs, metrics and traces by OTLP', () => {
  const before = activePipeline.settings;
  let folder = '';
  let collector = createCollector();
  let running: Observability | undefined;
  const written: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'exporting-'));
    collector = createCollector();
    collector.endpoint = await listen(collector.server);
    written.length = 0;
  });
  afterEach(async () => {
    await running?.shutdown();
    running = undefined;
    configureLogs(before);
    collector.server.closeAllConnections();
    await new Promise((resolve) => collector.server.close(resolve));
    await rm(folder, { recursive: true });
    vi.restoreAllMocks();
  });

  async function start(overrides: object = {}, exporter: object = {}): Promise<Observability> {
    const otlp = { enabled: true, endpoint: collector.endpoint, ...exporter };
    running = await initObservability({
      env: {},
      overrides: {
        service_name: 'shop',
        logging: {
          outputs: { standard: { enabled: false }, file: { enabled: true, path: join(folder, 'lines.log') } },
          exporters: { otlp },
        },
        tracing: { exporters: { otlp } },
        metrics: { exporters: { otlp } },
        export: { spool: { directory: join(folder, 'spool') }, retry: { first_seconds: 0.02, longest_seconds: 0.05 } },
        // A machine that has other things to do may need seconds for the first request.
        performance: { span_export_delay_seconds: 0.02, shutdown_timeout_seconds: 10 },
        ...overrides,
      },
    });
    return running;
  }
  const bodies = (): unknown[] => collector.lines.map((line) => line.eventName || line.body);

  it.each(['http/protobuf', 'http/json'])('has all of it received over %s', async (protocol) => {
    const { shutdown } = await start({}, { protocol });
    orders.inc(3);
    const traceId = traceOperation('work', {}, (span) => {
      getLogger('shop').info('order_placed', { password: 'hunter2', amount: 5 });
      return span.traceId;
    });
    const report = await shutdown();
    expect(report).toMatchObject({ flushed: { traces: 1, logs: 1 }, spooled: { traces: 0 }, lost: { traces: 0 } });
    expect(report.flushed.metrics).toBeGreaterThan(10);
    expect([...collector.names]).toEqual(['shop']);
    expect(collector.spans).toMatchObject([{ name: 'work', traceId }]);
    expect(bodies()).toEqual(['order_placed']);
    expect(collector.lines[0]).toMatchObject({ traceId, severityText: 'INFO' });
    expect(JSON.stringify(collector.lines[0]?.attributes)).not.toContain('hunter2');
    const counted = collector.metrics.find(({ name }) => name === 'exporting_test_orders_total');
    expect(counted).toMatchObject({ kind: 'sum', isMonotonic: true, points: [{ value: expect.anything() }] });
  });

  it('has a burst of 10 000 spans in one tick received whole, also by a collector that is down at first', async () => {
    for (const status of [200, 503]) {
      collector.status = status;
      collector.spans.length = 0;
      await start({
        metrics: {},
        export: { spool: { directory: join(folder, 'burst') }, retry: { longest_seconds: 0.1 } },
      });
      for (let count = 0; count < 10_000; count += 1) traceOperation('work', {}, () => undefined);
      if (status !== 200) await vi.waitUntil(() => collector.requests > 3, 5_000);
      collector.status = 200;
      await vi.waitUntil(() => collector.spans.length >= 10_000, 30_000);
      expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(10_000);
      expect(collector.spans).toHaveLength(10_000);
      expect(await running?.shutdown()).toMatchObject({ lost: { traces: 0 } });
    }
  }, 60_000);

  it('says once that the collector fails and once that it is back, also to the collector, and nothing feeds on itself', async () => {
    const metrics = { exporters: { otlp: { enabled: false } } };
    await start({ metrics });
    collector.status = 503;
    getLogger('shop').info('first');
    await vi.waitUntil(() => collector.requests >= 8, 5_000);
    collector.status = 200;
    await vi.waitUntil(() => bodies().includes('exporter_recovered'), 5_000);
    getLogger('shop').info('last');
    await vi.waitUntil(() => bodies().includes('last'), 5_000);
    expect(bodies()).toEqual(['first', 'exporter_failing', 'exporter_recovered', 'last']);
  });

  it('makes one line of a collector that refuses every batch, however many there are', async () => {
    const metrics = { exporters: { otlp: { enabled: false } } };
    await start({ metrics });
    collector.status = 400;
    for (let count = 0; count < 20; count += 1) {
      const requests = collector.requests;
      getLogger('shop').info('refused', { count });
      await vi.waitUntil(() => collector.requests > requests, 5_000);
    }
    // Its own lines and the one that says what happens to them.
    expect(collector.requests).toBeLessThanOrEqual(21);
    expect(
      defaultRegistry().value('telemetry_dropped_total', { signal: 'logs', reason: 'refused' }),
    ).toBeGreaterThanOrEqual(19);
  });

  it('sends metrics at the interval', async () => {
    await start({ export: { metrics_interval_seconds: 0.05 }, tracing: {} });
    orders.inc();
    await vi.waitUntil(
      () => collector.metrics.filter(({ name }) => name === 'exporting_test_orders_total').length >= 3,
      5_000,
    );
  });

  it('without an exporter loads none of what sends', async () => {
    running = await initObservability({ env: {}, overrides: { logging: { level: 'CRITICAL' } } });
    expect(await running.shutdown()).toMatchObject({ flushed: { traces: 0, logs: 0, metrics: 0 } });
    expect(collector.requests).toBe(0);
  });
});
