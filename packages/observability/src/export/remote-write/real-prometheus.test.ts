import client from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { createRegistry, type Registry } from '../../metrics/registry.ts';
import { readSharedData } from '../../metrics/shared-data.fixture.ts';
import { startMetricsServer } from '../../metrics-server/metrics-server.ts';
import { isPrometheusInstalled, startPrometheus } from '../../metrics-server/prometheus.fixture.ts';
import { createMetricReader, type MetricReader } from '../metrics/metric-reader.ts';
import type { Transport } from '../transport/transport.ts';
import { encodeRemoteWrite } from './encode-remote-write.ts';
import { openRemoteWriteTransport } from './remote-write-transport.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const texts = JSON.parse(readSharedData('conformance/json/blns.json') ?? '["\\"", "\\n", "é", "}"]') as string[];

function createTortured() {
  const registry = createRegistry({ activeExemplar: () => ({ traceId, spanId }) });
  const labels = { text: { limit: 1_000 }, instance: { limit: 5 } };
  const level = registry.gauge({ name: 'level', help: `Texts: ${texts.join(' ')}`, labels });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels, buckets: [0.1, 0.5, 1, 1e6] });
  for (const [i, text] of texts.entries()) {
    level.set({ text, instance: 'x' }, i);
    wait.observe({ text, instance: '' }, i / 100);
  }
  const numbers = registry.gauge({ name: 'number', help: 'h', labels: { of: { limit: 100 } } });
  for (const value of [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, 5e-324, 2 ** 53 + 1]) {
    numbers.set({ of: String(value) }, value);
  }
  const done = registry.counter({ name: 'done_total', help: 'h', exemplars: true });
  done.inc(7);
  const size = registry.histogram({ name: 'size_bytes', help: 'h', labels: { of: { limit: 9 } }, native: true });
  for (const value of [1, 2, 4, 8]) for (let i = 0; i < 25; i++) size.observe({ of: 'powers' }, value);
  for (const value of [-4, -2, 0, 0, 2, 1e-3, 1e6]) size.observe({ of: 'signs' }, value);
  for (let i = 1; i <= 1000; i++) size.observe({ of: 'even' }, i / 100);
  const wide = registry.histogram({ name: 'wide', help: 'h', native: { maxBuckets: 5 } });
  for (let exponent = -20; exponent <= 20; exponent++) wide.observe(2 ** exponent);
  registry.histogram({ name: 'idle', help: 'h', native: true });
  const foreign = new client.Registry();
  client.collectDefaultMetrics({ register: foreign });
  new client.Counter({ name: 'theirs', help: 'h', registers: [foreign] }).inc(3);
  new client.Summary({ name: 'their_summary', help: 'h', percentiles: [0.5, 0.9], registers: [foreign] }).observe(7);
  const heights = { name: 'their_height', help: 'h', labelNames: ['a'], buckets: [1, 2], registers: [foreign] };
  new client.Histogram(heights).observe({ a: 'b' }, 1.5);
  registry.attach(foreign);
  return { registry, level, done, size };
}

interface Pushing {
  readonly reader: MetricReader;
  readonly transport: Transport;
}

async function push({ reader, transport }: Pushing): Promise<void> {
  for await (const piece of reader.pieces()) {
    for (const batch of encodeRemoteWrite([piece], { cluster: 'blue', zone: '' })) {
      const outcome = await transport.send(batch, AbortSignal.timeout(10_000));
      expect(outcome).toEqual({ kind: 'sent' });
    }
  }
}

/** A Prometheus that scrapes the registry under one job, and gets it pushed under another. */
async function start(registry: Registry, features = ['native-histograms', 'exemplar-storage']) {
  const server = await startMetricsServer({ port: 0, registry });
  ends.push(() => server.close());
  const prometheus = await startPrometheus({
    targets: { scraped: new URL(server.url).host },
    features,
    receives: true,
  });
  ends.push(() => prometheus.close());
  const transport = await openRemoteWriteTransport({ url: `${prometheus.url}/api/v1/write`, headers: {}, tls: {} });
  ends.push(() => transport.close());
  const resource = {
    attributes: {
      'service.name': 'pushed',
      'service.instance.id': 'i-1',
      'service.version': '1.2',
      'cloud.region': 'eu',
    },
  };
  const reader = createMetricReader({ registry, temporality: 'cumulative', resource, now: Date.now });
  return { url: prometheus.url, pushing: { reader, transport } };
}

interface Answer {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
  /** In place of the value where it is a native histogram. */
  readonly histogram?: readonly [number, unknown];
}

async function ask(url: string, promql: string): Promise<readonly Answer[]> {
  const reply = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`);
  return ((await reply.json()) as { data: { result: Answer[] } }).data.result;
}

/** Series of an expression by their labels, without those that only one of the two ways has. */
async function seriesOf(url: string, promql: string): Promise<Readonly<Record<string, unknown>>> {
  const answers = await ask(url, promql);
  return Object.fromEntries(
    answers.map(({ metric: { job, instance, cluster, ...labels }, value, histogram }) => [
      JSON.stringify(Object.entries(labels).sort()),
      (histogram ?? value)[1],
    ]),
  );
}

const still = '__name__=~"(level|number|done_total|wait_seconds.*|size_bytes.*|wide.*|idle.*|theirs|their_.*)"';

/** Exemplars of an expression by their series and value. */
async function exemplarsOf(url: string, promql: string): Promise<readonly string[]> {
  const query = new URLSearchParams({ query: promql, start: '0', end: '9999999999' });
  const reply = await fetch(`${url}/api/v1/query_exemplars?${query}`);
  const { data } = (await reply.json()) as {
    data: {
      seriesLabels: Record<string, string>;
      exemplars: { labels: unknown; value: string; timestamp: number }[];
    }[];
  };
  return data
    .flatMap(({ seriesLabels: { job, instance, cluster, ...labels }, exemplars }) =>
      exemplars.map(({ value, timestamp, labels: ids }) =>
        JSON.stringify([Object.entries(labels).sort(), ids, Number(value), timestamp]),
      ),
    )
    .sort();
}

async function numberOf(url: string, promql: string): Promise<number> {
  return Number((await ask(url, promql))[0]?.value[1]);
}

test.skipIf(!isPrometheusInstalled)(
  'what a real Prometheus receives by remote write is what it scrapes (skipped where it is not installed)',
  { timeout: 90_000 },
  async () => {
    const { registry, size } = createTortured();
    const { url, pushing } = await start(registry);
    await push(pushing);
    const count = (job: string) => ask(url, `count({job="${job}",${still}})`);
    await expect
      .poll(async () => (await count('scraped'))[0]?.value[1], { timeout: 30_000, interval: 300 })
      .toBeDefined();
    const scraped = await seriesOf(url, `{job="scraped",${still}}`);
    expect(Object.keys(scraped).length).toBeGreaterThan(1_000);
    expect(await seriesOf(url, `{job="pushed",${still}}`)).toEqual(scraped);

    for (const quantile of [0.01, 0.25, 0.5, 0.9, 0.99]) {
      const ofJob = (job: string) =>
        seriesOf(url, `histogram_quantile(${quantile}, {job="${job}",__name__=~"size_bytes|wide"})`);
      const pushed = await ofJob('pushed');
      expect(pushed).toEqual(await ofJob('scraped'));
      expect(Object.keys(pushed)).toHaveLength(4);
      const classic = (job: string) =>
        seriesOf(url, `histogram_quantile(${quantile}, {job="${job}",__name__="wait_seconds_bucket"})`);
      expect(await classic('pushed')).toEqual(await classic('scraped'));
    }

    const exemplars = await exemplarsOf(url, `{job="pushed",${still}}`);
    expect(exemplars.join('\n')).toContain(`"trace_id":"${traceId}"`);
    const classic = `__name__=~"done_total|wait_seconds_bucket"`;
    expect(await exemplarsOf(url, `{job="pushed",${classic}}`)).toEqual(
      await exemplarsOf(url, `{job="scraped",${classic}}`),
    );
    // Prometheus takes no exemplars of a native histogram that it meets for the first time.
    size.observe({ of: 'even' }, 2);
    await push(pushing);
    expect(await exemplarsOf(url, `{job="pushed",__name__="size_bytes"}`)).toHaveLength(1);

    expect((await ask(url, 'target_info{job="pushed"}'))[0]?.metric).toEqual({
      __name__: 'target_info',
      cloud_region: 'eu',
      cluster: 'blue',
      instance: 'i-1',
      job: 'pushed',
      service_version: '1.2',
    });
    expect(await numberOf(url, 'count({job="pushed"}) - count({job="pushed",instance="i-1",cluster="blue"})')).toBe(0);
  },
);

test.skipIf(!isPrometheusInstalled)(
  'many pushes to a real Prometheus: none out of order, resets seen, ended series gone at once (skipped where it is not installed)',
  { timeout: 90_000 },
  async () => {
    const { registry, level, done, size } = createTortured();
    const { url, pushing } = await start(registry);
    for (let i = 0; i < 8; i++) {
      done.inc(1);
      size.observe({ of: 'even' }, i);
      await push(pushing);
    }
    expect(await numberOf(url, 'done_total{job="pushed"}')).toBe(15);
    expect(await numberOf(url, 'count_over_time(done_total{job="pushed"}[1m])')).toBe(8);
    expect(await numberOf(url, 'histogram_count(size_bytes{job="pushed",of="even"})')).toBe(1_008);
    expect(await numberOf(url, 'count(level{job="pushed"})')).toBe(new Set(texts).size);

    level.remove({ text: texts[1] ?? '', instance: 'x' });
    registry.remove('size_bytes');
    registry.reset();
    done.inc(2);
    level.set({ text: 'new', instance: '' }, 1);
    await push(pushing);
    expect(await numberOf(url, 'done_total{job="pushed"}')).toBe(2);
    expect(await numberOf(url, 'resets(done_total{job="pushed"}[1m])')).toBe(1);
  },
);

test.skipIf(!isPrometheusInstalled)(
  'series that ended are gone in a real Prometheus with the next push (skipped where it is not installed)',
  { timeout: 90_000 },
  async () => {
    const { registry, level } = createTortured();
    const { url, pushing } = await start(registry);
    await push(pushing);
    const before = await numberOf(url, 'count(level{job="pushed"})');
    expect(await numberOf(url, 'count({job="pushed",__name__=~"(size_bytes|wait_seconds).*"})')).toBeGreaterThan(10);
    level.remove({ text: texts[0] ?? '', instance: 'x' });
    registry.remove('size_bytes');
    registry.remove('wait_seconds');
    await push(pushing);
    expect(await numberOf(url, 'count(level{job="pushed"})')).toBe(before - 1);
    expect(await ask(url, '{job="pushed",__name__=~"(size_bytes|wait_seconds).*"}')).toEqual([]);
  },
);

test.skipIf(!isPrometheusInstalled)(
  'a real Prometheus without native histograms refuses those for good, and takes all else (skipped where it is not installed)',
  { timeout: 90_000 },
  async () => {
    const { registry } = createTortured();
    const { url, pushing } = await start(registry, ['exemplar-storage']);
    const outcomes: string[] = [];
    for (const batch of encodeRemoteWrite(await pushing.reader.read(), {})) {
      const { kind, reason = '' } = {
        reason: undefined,
        ...(await pushing.transport.send(batch, AbortSignal.timeout(10_000))),
      };
      outcomes.push(`${kind} ${reason}`.trim());
    }
    const refusal = 'refused HTTP 500 native histograms are disabled';
    expect([...new Set(outcomes)].sort()).toEqual([refusal, 'sent']);
    expect(await numberOf(url, 'count(wait_seconds_count{job="pushed"})')).toBe(new Set(texts).size);
    expect(await ask(url, '{job="pushed",__name__=~"size_bytes.*"}')).toEqual([]);
  },
);
