import client from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { createRegistry } from '../metrics/registry.ts';
import { readSharedData } from '../metrics/shared-data.fixture.ts';
import { startMetricsServer } from './metrics-server.ts';
import { isPrometheusInstalled, queryPrometheus, startPrometheus } from './prometheus.fixture.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** With and without native histograms, reading the same registry. */
async function start() {
  const registry = createRegistry({ activeExemplar: () => ({ traceId: 'ef', spanId: 'cd' }) });
  const server = await startMetricsServer({ port: 0, registry });
  ends.push(() => server.close());
  const target = new URL(server.url).host;
  const native = await startPrometheus({
    targets: { native: target },
    features: ['native-histograms', 'exemplar-storage'],
  });
  ends.push(() => native.close());
  const classic = await startPrometheus({ targets: { classic: target }, features: ['exemplar-storage'] });
  ends.push(() => classic.close());
  return { registry, native: native.url, classic: classic.url };
}

test.skipIf(!isPrometheusInstalled)(
  'a real Prometheus reckons with native histograms; one without them gets text (skipped where it is not installed)',
  { timeout: 90_000 },
  async () => {
    const { registry, native, classic } = await start();
    const labels = { of: { limit: 5 } };
    const size = registry.histogram({ name: 'size', help: 'h', labels, buckets: [1, 100], native: true });
    const wide = registry.histogram({ name: 'wide', help: 'h', buckets: [1], native: { maxBuckets: 5 } });
    registry.histogram({ name: 'idle', help: 'h', native: true });
    const plain = registry.histogram({ name: 'plain', help: 'h', buckets: [1, 2] });
    registry.counter({ name: 'done_total', help: 'h', exemplars: true }).inc(7);
    // A quantile at the end of a bucket depends on no way to guess within it; these four end theirs.
    for (const value of [1, 2, 4, 8]) for (let i = 0; i < 25; i++) size.observe({ of: 'powers' }, value);
    for (const value of [-4, -2, 0, 0, 2, 1e-3, 1e6]) size.observe({ of: 'signs' }, value);
    for (let i = 1; i <= 1000; i++) size.observe({ of: 'even' }, i / 100);
    for (let exponent = -20; exponent <= 20; exponent++) wide.observe(2 ** exponent);
    for (const value of [0.5, 1.5, 9]) plain.observe(value);
    const texts = JSON.parse(readSharedData('conformance/json/blns.json') ?? '["\\"", "\\n", "é"]') as string[];
    const level = registry.gauge({ name: 'level', help: texts.join(' '), labels: { text: { limit: 1000 } } });
    for (const text of texts) level.set({ text }, 1);
    const foreign = new client.Registry();
    client.collectDefaultMetrics({ register: foreign });
    registry.attach(foreign);
    const ask = (promql: string) => queryPrometheus(native, promql);
    await expect
      .poll(() => ask('histogram_count(size{of="even"})'), { timeout: 30_000, interval: 300 })
      .toEqual({ native: 1000 });
    for (const [quantile, value] of [0.25, 0.5, 0.75, 1].map((q, i) => [q, 2 ** i] as const)) {
      const answer = await ask(`histogram_quantile(${quantile}, size{of="powers"})`);
      expect(answer['native']).toBeCloseTo(value, 12);
    }
    expect(await ask('histogram_sum(size{of="powers"})')).toEqual({ native: 375 });
    expect(await ask('histogram_count(size{of="signs"})')).toEqual({ native: 7 });
    expect(await ask('histogram_fraction(-8, 0, size{of="signs"}) * 7')).toEqual({ native: 3 });
    expect((await ask('histogram_quantile(0.01, size{of="signs"})'))['native']).toBeLessThan(-3.6);
    for (const quantile of [0.1, 0.5, 0.9, 0.99]) {
      const answer = (await ask(`histogram_quantile(${quantile}, size{of="even"})`))['native'] ?? 0;
      expect(Math.abs(answer / (10 * quantile) - 1)).toBeLessThan(0.05);
    }
    expect(await ask('histogram_count(wide)')).toEqual({ native: 41 });
    expect(await ask('histogram_count(idle)')).toEqual({ native: 0 });
    expect(await ask('plain_bucket{le="2.0"}')).toEqual({ native: 2 });
    expect(await ask('plain_count')).toEqual({ native: 3 });
    expect(await ask('done_total')).toEqual({ native: 7 });
    expect(await ask('up')).toEqual({ native: 1 });
    expect(await ask('count by (job) (level)')).toEqual({ native: registry.value('level') });
    expect(await ask('count by (job) (nodejs_version_info)')).toEqual({ native: 1 });
    const exemplars = await fetch(`${native}/api/v1/query_exemplars?query=done_total&start=0&end=9999999999`);
    expect(JSON.stringify(await exemplars.json())).toContain('"trace_id":"ef"');
    await expect
      .poll(() => queryPrometheus(classic, 'size_bucket{of="powers",le="100.0"}'), { timeout: 30_000, interval: 300 })
      .toEqual({ classic: 100 });
    expect(await queryPrometheus(classic, 'up')).toEqual({ classic: 1 });
  },
);
