import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { loadObservabilityConfig } from '../config/observability-config.ts';
import { parseStrictly } from '../metrics/exposition/parser/strict-parser.fixture.ts';
import { type MetricsHub, startMetricsHub } from '../metrics-server/metrics-hub.ts';
import { isPrometheusInstalled, queryPrometheus, startPrometheus } from '../metrics-server/prometheus.fixture.ts';

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(merge: object = {}): Promise<MetricsHub & { readonly receiverUrl: string }> {
  const { config } = await loadObservabilityConfig({ env: {}, overrides: { metrics: { merge } } });
  const hub = await startMetricsHub({ config: config.metrics, port: 0, receiverPort: 0 });
  ends.push(() => hub.close(0));
  const { receiverUrl } = hub;
  if (receiverUrl === null) throw new Error('nothing is received');
  return { ...hub, receiverUrl };
}

const program = fileURLToPath(new URL('./sdk-sender.fixture.mjs', import.meta.url));

async function runSender(...args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  const [code] = await once(child, 'close');
  expect({ code, said }).toEqual({ code: 0, said: '' });
}

async function scrape(url: string, accept = 'text/plain'): Promise<string> {
  const reply = await fetch(`${url}/metrics`, { headers: { accept } });
  return reply.text();
}

const linesOf = (text: string, pattern: RegExp) =>
  text
    .split('\n')
    .filter((line) => pattern.test(line))
    .sort();

const cases = (['protobuf', 'json'] as const).flatMap((encoding) =>
  (['cumulative', 'delta'] as const).map((temporality) => [encoding, temporality] as const),
);

test.each(cases)(
  "what OpenTelemetry's SDK sends in %s, %s, from two processes comes out added up",
  { timeout: 60_000 },
  async (encoding, temporality) => {
    const hub = await start();
    await Promise.all(['one', 'two'].map((instance) => runSender(hub.receiverUrl, encoding, temporality, instance)));
    const text = await scrape(hub.url);
    parseStrictly(text, 'text');
    parseStrictly(await scrape(hub.url, 'application/openmetrics-text; version=1.0.0'), 'openmetrics');
    const job = `job="${temporality}/sdk"`;
    expect(linesOf(text, /^(orders|turns|level|wait)[_a-z]*\{/)).toEqual(
      [
        `level_bytes{${job}} 400`,
        `orders_open{${job}} 12`,
        `orders_total{${job},status="paid"} 6`,
        `orders_total{${job},status="refused"} 4`,
        `turns_total{${job},a_b="x\\"y\\\\z\\n"} 14`,
        `wait_seconds_bucket{${job},le="+Inf"} 12`,
        `wait_seconds_bucket{${job},le="0.5"} 4`,
        `wait_seconds_bucket{${job},le="1.0"} 8`,
        `wait_seconds_count{${job}} 12`,
        `wait_seconds_sum{${job}} 15.6`,
      ].sort(),
    );
    expect(text).toContain(`exponential_wait_milliseconds_count{${job}} 4\n`);
    expect(text).toContain('# HELP orders_total Orders "taken".\n# TYPE orders_total counter\n');
    expect(linesOf(text, /^metrics_source_up\{/)).toEqual([
      `metrics_source_up{${job},instance="one"} 1`,
      `metrics_source_up{${job},instance="two"} 1`,
    ]);
  },
);

test.skipIf(!isPrometheusInstalled)(
  'a real Prometheus scrapes what many sent, promtool finds nothing to say (skipped where they are not installed)',
  { timeout: 90_000 },
  async () => {
    const hub = await start({ instance: 'each' });
    await Promise.all([
      runSender(hub.receiverUrl, 'protobuf', 'cumulative', 'one'),
      runSender(hub.receiverUrl, 'json', 'delta', 'two'),
    ]);
    const prometheus = await startPrometheus({
      targets: { hub: new URL(hub.url).host },
      features: ['native-histograms'],
    });
    ends.push(() => prometheus.close());
    const query = (promql: string) => queryPrometheus(prometheus.url, promql);
    const inJob = (promql: string) => query(`label_replace(${promql}, "job", "hub", "", "")`);
    // Asked again until it is so: on a busy machine a scrape may miss its second.
    const poll = (promql: () => Promise<unknown>) => expect.poll(promql, { timeout: 30_000, interval: 300 });
    await poll(() => inJob('sum(orders_total)')).toEqual({ hub: 10 });
    await poll(() => query('up')).toEqual({ hub: 1 });
    await poll(() => inJob('count(count by (exported_instance) (orders_total))')).toEqual({ hub: 2 });
    await poll(() => inJob('histogram_count(sum(exponential_wait_milliseconds))')).toEqual({ hub: 4 });
    // The registry is that of this process, of which the tests before were as well.
    await poll(() => inJob('sum(otlp_receiver_requests_total{outcome="accepted"}) >= 6')).toEqual({
      hub: expect.any(Number),
    });
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await scrape(hub.url) });
    // Names are the senders' own: what is ours must be clean.
    const complaints = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => !/^(exponential_wait|level|orders|turns|wait)/.test(line));
    expect({ status: status === 3 ? 0 : status, complaints: complaints.filter((line) => line !== '') }).toEqual({
      status: 0,
      complaints: [],
    });
  },
);
