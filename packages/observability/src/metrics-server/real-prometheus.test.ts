import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import client from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { createRegistry, type Registry } from '../metrics/registry.ts';
import { readSharedData } from '../metrics/shared-data.fixture.ts';
import { startMetricsServer } from './metrics-server.ts';
import { isPrometheusInstalled, queryPrometheus, startPrometheus } from './prometheus.fixture.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const naughty = JSON.parse(
  readSharedData('conformance/json/blns.json') ?? '["\\\\", "\\"", "\\n", "é", "}"]',
) as string[];

function createTortured(): Registry {
  const registry = createRegistry({ activeExemplar: () => ({ traceId: 'ab', spanId: 'cd' }) });
  const labels = { text: { limit: 1000 } };
  const level = registry.gauge({ name: 'level', help: `Texts: ${naughty.join(' ')}`, labels });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels, buckets: [0.5, 1] });
  for (const [i, text] of naughty.entries()) {
    level.set({ text }, i);
    wait.observe({ text }, i / 100);
  }
  const numbers = registry.gauge({ name: 'number', help: 'h', labels: { of: { limit: 100 } } });
  for (const value of [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, 5e-324, 2 ** 53 + 1]) {
    numbers.set({ of: String(value) }, value);
  }
  const foreign = new client.Registry();
  client.collectDefaultMetrics({ register: foreign });
  new client.Counter({ name: 'theirs', help: 'h', registers: [foreign] }).inc(3);
  registry.attach(foreign);
  return registry;
}

/** Passes requests on without their Accept header, so that they are answered in the text format. */
async function startForgetfulProxy(target: string): Promise<string> {
  const server: Server = createServer((asked, reply) => {
    request(new URL(asked.url ?? '/', target), (came) => {
      reply.writeHead(came.statusCode ?? 500, { 'content-type': came.headers['content-type'] });
      came.pipe(reply);
    }).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test.skipIf(!isPrometheusInstalled)(
  'a real Prometheus takes every series in both formats (skipped where it is not installed)',
  { timeout: 60_000 },
  async () => {
    const registry = createTortured();
    const server = await startMetricsServer({ port: 0, registry });
    ends.push(() => server.close());
    const prometheus = await startPrometheus({
      targets: { openmetrics: new URL(server.url).host, text: await startForgetfulProxy(server.url) },
      features: ['exemplar-storage'],
    });
    ends.push(() => prometheus.close());
    const samples = registry.samples().filter(({ name }) => /^(level|wait_seconds|number)/.test(name)).length;
    const both = (count: number) => ({ openmetrics: count, text: count });
    // Each asked again until it is so: on a busy machine a scrape may miss its second, and then its series are gone until the next.
    const becomes = (promql: string, expected: Record<string, number>) =>
      expect.poll(() => queryPrometheus(prometheus.url, promql), { timeout: 30_000, interval: 300 }).toEqual(expected);
    await becomes('count by (job) ({__name__=~"(level|wait_seconds|number).*"})', both(samples));
    await becomes('up', both(1));
    await becomes('sum by (job) (theirs)', both(3));
    await becomes('count by (job) (nodejs_version_info)', both(1));
    await becomes('sum by (job) (level)', both(registry.value('level') ?? 0));
  },
);
