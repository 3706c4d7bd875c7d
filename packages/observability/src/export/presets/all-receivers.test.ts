import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadObservabilityConfig } from '../../config/observability-config.ts';
import type { ResourceMetrics } from '../../otlp/metric-model.ts';
import { decodeForeign, requestTypes } from '../../otlp/protocol.fixture.ts';
import { encodeStatus } from '../../otlp/responses.ts';
import type { FinishedSpan } from '../../tracing/finished-span.ts';
import { startSdk } from '../../tracing/sdk.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExporterPlan } from '../exporter-plan.ts';
import { openOtlpTransport } from '../otlp/open-otlp-transport.ts';
import type { OtlpReceiver, OtlpRoute } from '../otlp/otlp-route.ts';
import { planExporters } from '../plan-exporters.ts';
import { type Signal, signals } from '../signal.ts';
import { type Receiver, startReceiver } from '../transport/receiver.fixture.ts';
import { listReceivers } from './all-receivers.ts';

interface Expected {
  readonly name: string;
  readonly urls: Partial<Record<Signal, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly headersOf?: Partial<Record<Signal, Readonly<Record<string, string>>>>;
  readonly temporality?: string;
  readonly json?: true;
}

const below = (base: string): Record<Signal, string> => ({
  logs: `${base}/v1/logs`,
  metrics: `${base}/v1/metrics`,
  traces: `${base}/v1/traces`,
});
const on = { enabled: true } as const;
const otlp = { ...on, headers: { 'x-team': 'core' }, endpoint: 'https://collector.test:4318/base/' };

/** What is written in the file, and where it leads. */
const table: readonly [string, object, Expected][] = [
  [
    'OTLP',
    {
      tracing: { exporters: { otlp } },
      metrics: { exporters: { otlp } },
      logging: { exporters: { otlp } },
    },
    {
      name: 'otlp',
      urls: below('https://collector.test:4318/base'),
      headers: { 'x-team': 'core' },
      temporality: 'cumulative',
    },
  ],
  [
    'OTLP with a query in its address',
    { tracing: { exporters: { otlp: { ...on, endpoint: 'https://collector.test/base/?tenant=a%2Fb' } } } },
    { name: 'otlp', urls: { traces: 'https://collector.test/base/v1/traces?tenant=a%2Fb' } },
  ],
  [
    'OTLP in JSON with an address of its own',
    { logging: { exporters: { otlp: { ...otlp, protocol: 'http/json', logs_endpoint: 'http://l.test/x?y=1' } } } },
    { name: 'otlp', urls: { logs: 'http://l.test/x?y=1' }, headers: { 'x-team': 'core' }, json: true },
  ],
  [
    'Jaeger',
    { tracing: { exporters: { jaeger: { ...on, endpoint: 'http://jaeger.test:4318' } } } },
    { name: 'jaeger', urls: { traces: 'http://jaeger.test:4318/v1/traces' } },
  ],
  [
    'Grafana Cloud',
    {
      integrations: {
        grafana_cloud: { ...on, endpoint: 'https://gateway.test/otlp/', instance_id: '123', api_key: 'hunter2hunter2' },
      },
    },
    {
      name: 'grafana_cloud',
      urls: below('https://gateway.test/otlp'),
      headers: { authorization: `Basic ${btoa('123:hunter2hunter2')}` },
      temporality: 'cumulative',
    },
  ],
  [
    'Datadog',
    {
      integrations: {
        datadog: { ...on, site: 'us3.datadoghq.com', api_key: 'hunter2hunter2', trace_source: 'our_source' },
      },
    },
    {
      name: 'datadog',
      urls: below('https://otlp.us3.datadoghq.com'),
      headers: { 'dd-api-key': 'hunter2hunter2' },
      headersOf: {
        traces: { 'dd-protocol': 'otlp', 'dd-otlp-source': 'our_source' },
        logs: { 'dd-protocol': 'otlp' },
        metrics: { 'dd-otel-metric-config': '{"resource_attributes_as_tags":true}' },
      },
      temporality: 'delta',
    },
  ],
  [
    "Datadog's Agent",
    { integrations: { datadog: { ...on, agent_endpoint: 'http://agent.test:4318' } } },
    { name: 'datadog', urls: below('http://agent.test:4318'), temporality: 'delta' },
  ],
  [
    'New Relic',
    { integrations: { newrelic: { ...on, license_key: 'hunter2hunter2', signals: ['metrics', 'traces'] } } },
    {
      name: 'newrelic',
      urls: { metrics: 'https://otlp.nr-data.net/v1/metrics', traces: 'https://otlp.nr-data.net/v1/traces' },
      headers: { 'api-key': 'hunter2hunter2' },
      temporality: 'delta',
    },
  ],
  [
    'New Relic in Europe',
    { integrations: { newrelic: { ...on, license_key: 'hunter2hunter2', region: 'eu' } } },
    {
      name: 'newrelic',
      urls: below('https://otlp.eu01.nr-data.net'),
      headers: { 'api-key': 'hunter2hunter2' },
      temporality: 'delta',
    },
  ],
  [
    'Loki',
    {
      integrations: { loki: { ...on, endpoint: 'http://loki.test:3100/', tenant: 'a', headers: { 'x-team': 'core' } } },
    },
    {
      name: 'loki',
      urls: { logs: 'http://loki.test:3100/otlp/v1/logs' },
      headers: { 'x-scope-orgid': 'a', 'x-team': 'core' },
    },
  ],
  [
    'Elastic with a key',
    { integrations: { elasticsearch: { ...on, endpoint: 'https://apm.test', api_key: 'hunter2hunter2' } } },
    {
      name: 'elasticsearch',
      urls: below('https://apm.test'),
      headers: { authorization: 'ApiKey hunter2hunter2' },
      temporality: 'delta',
    },
  ],
  [
    'Elastic with a secret token',
    { integrations: { elasticsearch: { ...on, endpoint: 'https://apm.test', secret_token: 'hunter2hunter2' } } },
    {
      name: 'elasticsearch',
      urls: below('https://apm.test'),
      headers: { authorization: 'Bearer hunter2hunter2' },
      temporality: 'delta',
    },
  ],
];

const span = finishedSpan();
const line = '{"timestamp":"2030-01-01T00:00:00.000Z","level":"ERROR","logger":"shop","event":"failed"}';
const point = { attributes: {}, startTimeUnixNano: 1n, timeUnixNano: 2n, flags: 0, value: 3, exemplars: [] };
const sum = {
  name: 'orders',
  description: '',
  unit: '',
  kind: 'sum',
  temporality: 'delta',
  isMonotonic: true,
} as const;
const metrics: readonly ResourceMetrics[] = [
  { resource: { attributes: {} }, scopes: [{ scope: { name: 's' }, metrics: [{ ...sum, points: [point] }] }] },
];
const contents: Readonly<Record<Signal, object>> = {
  traces: { resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'work' }] }] }] },
  logs: { resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityNumber: 17, eventName: 'failed' }] }] }] },
  metrics: { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'orders' }] }] }] },
};

function finishedSpan(): FinishedSpan[] {
  const spans: FinishedSpan[] = [];
  const sdk = startSdk({ serviceName: 'shop', environment: 'test', version: '1' }, { strategy: 'always_on' });
  sdk.onEnd = (ended) => spans.push(ended);
  sdk.provider.getTracer('scope').startSpan('work').end();
  return spans;
}

function encode(plan: ExporterPlan | undefined, signal: Signal): readonly EncodedBatch[] {
  if (signal === 'traces') return plan?.traces === undefined ? [] : [plan.traces.encode(span)];
  if (signal === 'logs') return plan?.logs === undefined ? [] : [plan.logs.encode([line])];
  return plan?.metrics?.encode(metrics) ?? [];
}

async function plan(
  overrides: object,
): Promise<{ receivers: readonly OtlpReceiver[]; plans: readonly ExporterPlan[] }> {
  const { config } = await loadObservabilityConfig({ env: {}, overrides });
  return { receivers: listReceivers(config), plans: planExporters(config) };
}

describe.each(table)('%s', (_name, overrides, expected) => {
  const used = signals.filter((signal) => expected.urls[signal] !== undefined);
  let local: Receiver;
  beforeEach(async () => {
    local = await startReceiver();
  });
  afterEach(() => local.close());

  /** The route of the preset, but for the host. */
  async function openHere(signal: Signal): Promise<Awaited<ReturnType<typeof openOtlpTransport>>> {
    const route = (await plan(overrides)).receivers[0]?.[signal] as OtlpRoute;
    const { pathname, search } = new URL(route.url);
    return openOtlpTransport({ ...route, url: `${local.url}${pathname}${search}` }, { signal, timeoutMs: 1_000 });
  }

  it('is one way out for what it takes, at its addresses, with its headers', async () => {
    const { receivers, plans } = await plan(overrides);
    expect(plans).toHaveLength(1);
    expect(plans[0]?.name).toBe(expected.name);
    for (const signal of signals) {
      const route = receivers[0]?.[signal];
      expect(route?.url).toBe(expected.urls[signal]);
      expect(plans[0]?.[signal] === undefined).toBe(route === undefined);
      if (route === undefined) continue;
      expect(route.headers).toEqual({ ...expected.headers, ...expected.headersOf?.[signal] });
    }
    expect(plans[0]?.metrics?.temporality).toBe(expected.temporality);
    expect(plans[0]?.metrics?.intervalMs).toBe(expected.temporality === undefined ? undefined : 60_000);
  });

  it('shows no secret in what log lines say of it', async () => {
    const { name, url } = (await plan(overrides)).plans[0] ?? {};
    expect(`${name} ${url}`).not.toMatch(/hunter2|\?/);
  });

  it.each(used)('sends %s that a decoder of others understands', async (signal) => {
    const [batch] = encode((await plan(overrides)).plans[0], signal);
    if (batch === undefined) throw new Error('nothing was encoded');
    expect(batch).toMatchObject({ signal, records: 1, isImportant: signal === 'logs' });
    const transport = await openHere(signal);
    expect(await transport.send(batch, AbortSignal.timeout(5_000))).toEqual({ kind: 'sent' });
    transport.close();
    const [request] = local.received;
    const { pathname, search } = new URL(expected.urls[signal] ?? '');
    expect(request).toMatchObject({
      method: 'POST',
      path: pathname + search,
      headers: {
        ...expected.headers,
        ...expected.headersOf?.[signal],
        'content-type': expected.json ? 'application/json' : 'application/x-protobuf',
        'content-encoding': 'gzip',
      },
    });
    const body = request?.body ?? Buffer.alloc(0);
    const read: unknown = expected.json ? JSON.parse(`${body}`) : decodeForeign(requestTypes[signal], body);
    expect(read).toMatchObject(contents[signal]);
  });

  it.each(used)('ends in time with %s when it is not answered, and cleanly when it is refused', async (signal) => {
    const [batch] = encode((await plan(overrides)).plans[0], signal);
    if (batch === undefined) throw new Error('nothing was encoded');
    const transport = await openHere(signal);
    local.answer = () => undefined;
    expect(await transport.send(batch, AbortSignal.timeout(50))).toEqual({
      kind: 'unavailable',
      reason: 'no answer in time',
    });
    local.answer = (response, { headers }) => {
      const key = headers.authorization ?? headers['dd-api-key'] ?? headers['api-key'] ?? 'none';
      const body = encodeStatus({ code: 16, message: `key ${key} is unknown` }, 'protobuf');
      response.writeHead(401, { 'content-type': 'application/x-protobuf' }).end(body);
    };
    const outcome = await transport.send(batch, AbortSignal.timeout(5_000));
    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringMatching(/^HTTP 401 key .+ is unknown$/) });
    expect(JSON.stringify(outcome)).not.toMatch(/hunter2|aHVudGVyMg|aHVudGVy/);
    transport.close();
  });
});

describe('the ways out', () => {
  it('are none unless one is switched on', async () => {
    expect((await plan({})).plans).toEqual([]);
  });

  it('do without spans where there is no tracing', async () => {
    const { plans } = await plan({
      tracing: { enabled: false, exporters: { otlp, jaeger: on } },
      logging: { exporters: { otlp } },
    });
    expect(plans.map(({ name, traces, logs }) => [name, traces === undefined, logs === undefined])).toEqual([
      ['otlp', true, false],
    ]);
  });

  it('have names of their own where the signals go to different hosts', async () => {
    const elsewhere = { ...otlp, endpoint: 'https://elsewhere.test' };
    const { plans } = await plan({
      tracing: { exporters: { otlp } },
      metrics: { exporters: { otlp: elsewhere } },
      logging: { exporters: { otlp } },
    });
    expect(plans.map(({ name, traces, metrics: sums, logs }) => [name, !!traces, !!sums, !!logs])).toEqual([
      ['otlp', true, false, true],
      ['otlp_metrics', false, true, false],
    ]);
  });

  it('may be several at a time, remote write among them', async () => {
    const integrations = {
      prometheus_remote_write: { ...on, url: 'http://prometheus.test/api/v1/write?key=hunter2', interval_seconds: 5 },
      loki: on,
    };
    const kept = { ...sum, temporality: 'cumulative', points: [point] } as const;
    const cumulative = [
      { resource: { attributes: { host: 'a' } }, scopes: [{ scope: { name: 's' }, metrics: [kept] }] },
    ];
    const { plans } = await plan({ integrations });
    expect(plans.map(({ name, url }) => `${name} ${url}`)).toEqual([
      'loki http://127.0.0.1:3100/otlp/v1/logs',
      'prometheus_remote_write http://prometheus.test/api/v1/write',
    ]);
    expect(plans[1]?.metrics).toMatchObject({ intervalMs: 5_000, temporality: 'cumulative' });
    expect(plans[1]?.metrics?.encode(cumulative)).toMatchObject([{ signal: 'metrics', records: 2 }]);
  });

  it('say which file is missing', async () => {
    const tls = { ca_file: '/nowhere/ca.pem' };
    const { plans } = await plan({ tracing: { exporters: { otlp: { ...otlp, tls } } } });
    await expect(plans[0]?.traces?.openTransport()).rejects.toThrow(/^tls\.ca_file \/nowhere\/ca\.pem cannot be read/);
  });
});
