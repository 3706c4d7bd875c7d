import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import client from 'prom-client';
import { afterEach, expect, test } from 'vitest';
import { createRegistry, type Registry } from '../metrics/registry.ts';
import { readSharedData } from '../metrics/shared-data.fixture.ts';
import { startMetricsServer } from './metrics-server.ts';

const isInstalled = spawnSync('prometheus', ['--version']).status === 0;
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

async function startPrometheus(targets: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'));
  const jobs = Object.entries(targets).map(([job_name, target]) => ({
    job_name,
    static_configs: [{ targets: [target] }],
  }));
  const file = join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: jobs }));
  const listen = ['--web.listen-address=127.0.0.1:0', '--enable-feature=exemplar-storage'];
  const child: ChildProcess = spawn(
    'prometheus',
    [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, ...listen],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  ends.push(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  });
  if (child.stderr === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stderr })) {
    const address = /msg="?Listening on"? address=(\S+)/.exec(line)?.[1];
    if (address !== undefined) {
      child.stderr.resume();
      return `http://${address}`;
    }
  }
  throw new Error('Prometheus ended before it listened');
}

async function query(url: string, promql: string): Promise<Record<string, number>> {
  const reply = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`);
  const { data } = (await reply.json()) as { data: { result: { metric: { job: string }; value: [number, string] }[] } };
  return Object.fromEntries(data.result.map(({ metric, value }) => [metric.job, Number(value[1])]));
}

test.skipIf(!isInstalled)(
  'a real Prometheus takes every series in both formats (skipped where it is not installed)',
  { timeout: 60_000 },
  async () => {
    const registry = createTortured();
    const server = await startMetricsServer({ port: 0, registry });
    ends.push(() => server.close());
    const prometheus = await startPrometheus({
      openmetrics: new URL(server.url).host,
      text: await startForgetfulProxy(server.url),
    });
    const samples = registry.samples().filter(({ name }) => /^(level|wait_seconds|number)/.test(name)).length;
    const both = (count: number) => ({ openmetrics: count, text: count });
    await expect
      .poll(() => query(prometheus, 'count by (job) ({__name__=~"(level|wait_seconds|number).*"})'), {
        timeout: 30_000,
        interval: 300,
      })
      .toEqual(both(samples));
    expect(await query(prometheus, 'up')).toEqual(both(1));
    expect(await query(prometheus, 'sum by (job) (theirs)')).toEqual(both(3));
    expect(await query(prometheus, 'count by (job) (nodejs_version_info)')).toEqual(both(1));
    expect(await query(prometheus, 'sum by (job) (level)')).toEqual(both(registry.value('level') ?? 0));
  },
);
