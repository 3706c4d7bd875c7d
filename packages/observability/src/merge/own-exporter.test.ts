import client from 'prom-client';
import { expect, test } from 'vitest';
import { createMetricReader } from '../export/metrics/metric-reader.ts';
import { createRegistry, type Registry } from '../metrics/registry.ts';
import { decodeMetricsRequest } from '../otlp/decode-request.ts';
import { encodeMetricsRequest } from '../otlp/encode-request.ts';
import { createMerge, textOf } from './otlp.fixture.ts';

const self = { id: 'self', job: '', instance: '' };

function createFull(): Registry {
  const registry = createRegistry();
  registry
    .counter({ name: 'jobs_total', help: 'Jobs "done".', labels: { queue: { limit: 5 }, status: ['done', 'failed'] } })
    .inc({ queue: 'a"b\\c\nd', status: 'done' }, 2.5);
  registry.counter({ name: 'sent_bytes_total', help: 'Bytes.' }).inc(1e15);
  registry.gauge({ name: 'open_things', help: 'Open.' }).set(-3);
  registry.gauge({ name: 'cache_fill_ratio', help: 'Fill.' }).set(0.5);
  registry.gauge({ name: 'last_run_timestamp_seconds', help: 'When.' }).set(1_700_000_000.123);
  registry.gauge({ name: 'build_info', help: 'Build.', labels: { version: { limit: 3 } } }).set({ version: '1.2' }, 1);
  const wait = registry.histogram({
    name: 'wait_seconds',
    help: 'Wait.',
    labels: { queue: { limit: 5 } },
    buckets: [0.1, 1, 1e7],
  });
  for (const value of [0.05, 0.1, 3, 1e9]) wait.observe({ queue: 'a' }, value);
  registry.histogram({ name: 'size_bytes', help: 'Size.', buckets: [10] }).observe(11);
  return registry;
}

/** Families in any order, without what a registry or a merge says of itself. */
function familiesOf(text: string): readonly string[] {
  const families = text.split(/^(?=# HELP)/m);
  return families.filter((family) => !/^# HELP (metrics_|telemetry_|redactions_|target_info)/.test(family)).sort();
}

test.each(['protobuf', 'json'] as const)(
  'what our exporter sends as %s comes out as /metrics of its process has it',
  async (encoding) => {
    const registry = createFull();
    const reader = createMetricReader({
      registry,
      temporality: 'cumulative',
      resource: { attributes: {} },
      now: Date.now,
    });
    const { merge } = createMerge();
    for (let i = 0; i < 2; i++) {
      const metrics = decodeMetricsRequest(encodeMetricsRequest(await reader.read(), encoding), encoding);
      expect(merge.update(self, metrics).refused).toBe(0);
      expect(familiesOf(await textOf(merge))).toEqual(familiesOf(await registry.render()));
      const merged = familiesOf(await textOf(merge, 'openmetrics')).map((family) => family.replace('# EOF\n', ''));
      const own = familiesOf(await registry.render({ format: 'openmetrics' })).map((family) =>
        family.replace('# EOF\n', ''),
      );
      expect(merged).toEqual(own);
    }
  },
);

test('what it sends of changes since the last time adds up to the same', async () => {
  const registry = createRegistry();
  const jobs = registry.counter({ name: 'jobs_total', help: 'h' });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1], native: true });
  const reader = createMetricReader({ registry, temporality: 'delta', resource: { attributes: {} }, now: Date.now });
  const { merge } = createMerge();
  for (let i = 1; i <= 5; i++) {
    jobs.inc(i);
    wait.observe(i);
    merge.update(self, await reader.read());
    const text = await textOf(merge);
    expect(text).toContain(`jobs_total ${(i * (i + 1)) / 2}\n`);
    expect(text).toContain(`wait_seconds_count ${i}\n`);
  }
});

test('what was attached of prom-client keeps its names too', async () => {
  const registry = createRegistry();
  const foreign = new client.Registry();
  registry.attach(foreign);
  new client.Counter({ name: 'theirs_total', help: 'h', labelNames: ['a'], registers: [foreign] }).inc({ a: 'x' }, 3);
  new client.Summary({ name: 'size_bytes', help: 'h', percentiles: [0.5], registers: [foreign] }).observe(7);
  const reader = createMetricReader({
    registry,
    temporality: 'cumulative',
    resource: { attributes: {} },
    now: Date.now,
  });
  const { merge } = createMerge();
  expect(merge.update(self, await reader.read()).refused).toBe(0);
  expect(familiesOf(await textOf(merge))).toEqual(familiesOf(await registry.render()));
});
