import { afterEach, expect, it } from 'vitest';
import { observabilitySchema } from '../config/schema.ts';
import { createRegistry } from '../metrics/registry.ts';
import { startMetricsServer } from '../metrics-server/metrics-server.ts';
import { connectMetrics } from './connect-metrics.ts';

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

it('a scrape waits for collectors as long as the configuration says', async () => {
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
});
