import { afterEach, expect, it } from 'vitest';
import { observabilitySchema } from '../config/schema.ts';
import { decodeDelimited } from '../metrics/exposition/protobuf/decoder.fixture.ts';
import { createRegistry } from '../metrics/registry.ts';
import { startMetricsServer } from '../metrics-server/metrics-server.ts';
import { createRecorder } from '../testing/recorder.ts';
import { connectMetrics } from './connect-metrics.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

it('a scrape waits for collectors as long as the configuration says', async () => {
  using recorder = createRecorder();
  const registry = createRegistry();
  const { metrics } = observabilitySchema.parse({ metrics: { collector_timeout_seconds: 0.005 } });
  connectMetrics(registry, metrics);
  registry.counter({ name: 'quick_total', help: 'Q.' }).inc();
  registry.gauge({ name: 'stuck', help: 'S.', collect: () => new Promise(() => {}) }).set(1);
  const server = await startMetricsServer({ registry, port: 0 });
  closing.push(() => server.close());
  const text = await (await fetch(`${server.url}/metrics`)).text();
  expect(text).toContain('quick_total 1');
  expect(text).not.toContain('stuck 1');
  recorder.expectLine('metric_collector_failed', { metric: 'stuck' });
});

it('histograms that the configuration names are shown with exponential buckets to whoever scrapes protobuf', async () => {
  const registry = createRegistry();
  const { metrics } = observabilitySchema.parse({ metrics: { native_histograms: ['size'] } });
  connectMetrics(registry, metrics);
  registry.histogram({ name: 'size', help: 'S.', labels: { of: ['x'] } }).observe({ of: 'x' }, 3);
  registry.histogram({ name: 'other', help: 'O.' }).observe(3);
  const server = await startMetricsServer({ registry, port: 0 });
  closing.push(() => server.close());
  const accept =
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,text/plain;q=0.3';
  const reply = await fetch(`${server.url}/metrics`, { headers: { accept } });
  expect(reply.headers.get('content-type')).toBe(
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
  );
  expect(reply.headers.get('content-encoding')).toBe('gzip');
  const families = decodeDelimited(new Uint8Array(await reply.arrayBuffer()));
  const schemas = ['size', 'other'].map(
    (name) => families.find((one) => one.name === name)?.metric[0]?.histogram?.schema,
  );
  expect(schemas).toEqual([3, undefined]);
});
