import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@autotrader/contracts';
import { loadObservabilityConfig } from '@autotrader/observability';
import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testSettings } from '../testing/test-settings.ts';
import type { Running } from './running.ts';
import { startApi, startMetricsProcess, startSimulatorProcess, startWorker } from './start-process.ts';

let recorder: Recorder;
let running: Running[];
let folder: string;

beforeEach(async () => {
  recorder = createRecorder();
  running = [];
  folder = await mkdtemp(join(tmpdir(), 'start-process-'));
});

afterEach(async () => {
  for (const system of running.reverse()) await system.close();
  recorder.close();
  await rm(folder, { recursive: true, force: true });
});

async function keep(started: Promise<Running>): Promise<Running> {
  const system = await started;
  running.push(system);
  return system;
}

describe('processes of their own', () => {
  it('work together over one store: the API takes the request, the worker scans it in the named simulator', async () => {
    const version = '0.0.0';
    const simulator = await keep(startSimulatorProcess({ settings: await testSettings({ seed: 7 }) }));
    const shared = { databaseUrl: `sqlite:${join(folder, 'a.db')}`, simulatorUrl: simulator.urls.simulator };
    const api = await keep(startApi({ settings: await testSettings(shared), version }));
    const client = createClient({ baseUrl: api.urls.api ?? '', fetch });
    expect((await client.tokens()).tokens.map(({ latest }) => latest)).toEqual(Array.from({ length: 10 }, () => null));
    expect(Object.keys((await client.health()).checks)).toEqual(['store', 'queue']);

    const worker = await keep(startWorker({ settings: await testSettings(shared), version }));
    expect(Object.keys(worker.urls)).toEqual(['metrics']);
    await vi.waitFor(
      async () => expect((await client.tokens()).tokens.every(({ latest }) => latest?.state === 'success')).toBe(true),
      { timeout: 15_000, interval: 100 },
    );
  });

  it('a metrics server takes what other processes send and shows it with its own', async () => {
    const { config } = await loadObservabilityConfig({ env: {} });
    const running = await keep(
      startMetricsProcess({
        port: 0,
        address: '127.0.0.1',
        receiverPort: 0,
        metrics: config.metrics,
        version: '0.0.0',
      }),
    );
    const { metrics, receiver } = running.urls;
    expect(recorder.lines('listening').map(({ listener, url }) => [listener, url])).toEqual([
      ['metrics', metrics],
      ['receiver', receiver],
    ]);
    const points = [{ asDouble: 3, timeUnixNano: '2', startTimeUnixNano: '1' }];
    const sum = { aggregationTemporality: 2, isMonotonic: true, dataPoints: points };
    const attributes = [{ key: 'service.name', value: { stringValue: 'shop' } }];
    const scopeMetrics = [{ metrics: [{ name: 'orders', sum }] }];
    const sent = await fetch(`${receiver}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ resourceMetrics: [{ resource: { attributes }, scopeMetrics }] }),
    });
    expect(sent.status).toBe(200);
    const text = await (await fetch(`${metrics}/metrics`)).text();
    expect(text).toMatch(/^orders_total\{job="shop"\} 3$/m);
    expect(text).toMatch(/^otlp_receiver_requests_total\{outcome="accepted"\} \d+$/m);
    expect(await (await fetch(`${metrics}/health`)).json()).toMatchObject({
      status: 'ok',
      service: 'autotrader-metrics',
      checks: { receiver: { status: 'ok', listening: true, url: receiver }, sources: { status: 'ok', sources: 1 } },
    });
  });

  it.each(['api', 'worker'] as const)(
    'the metrics of the %s are shown to those whom telemetry lets in',
    async (name) => {
      const overrides = { metrics: { access: { bearer_tokens: ['a-token-of-many-letters'] } } };
      const { config: observability } = await loadObservabilityConfig({ env: {}, overrides });
      const options = { settings: await testSettings({}), observability, version: '0.0.0' };
      const { urls } = await keep(name === 'api' ? startApi(options) : startWorker(options));
      expect((await fetch(`${urls.metrics}/metrics`)).status).toBe(401);
      const headers = { authorization: 'Bearer a-token-of-many-letters' };
      expect((await fetch(`${urls.metrics}/metrics`, { headers })).status).toBe(200);
    },
  );

  it('a metrics server that is not to receive only serves', async () => {
    const { config } = await loadObservabilityConfig({
      env: {},
      overrides: { metrics: { receiver: { enabled: false } } },
    });
    const running = await keep(
      startMetricsProcess({ port: 0, address: '127.0.0.1', metrics: config.metrics, version: '0.0.0' }),
    );
    expect(Object.keys(running.urls)).toEqual(['metrics']);
  });

  it.each(['--port', '--receiver-port'])(
    'a metrics server whose %s is taken says which flag to change',
    async (flag) => {
      const { config } = await loadObservabilityConfig({ env: {} });
      const metrics = config.metrics;
      const blocker = createServer();
      await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
      const taken = (blocker.address() as AddressInfo).port;
      const ports = flag === '--port' ? { port: taken, receiverPort: 0 } : { port: 0, receiverPort: taken };
      const failure = await keep(
        startMetricsProcess({ ...ports, address: '127.0.0.1', metrics, version: '0.0.0' }),
      ).catch((error: Error) => error);
      blocker.close();
      expect(failure).toMatchObject({ code: 'SRV_PORT_IN_USE', exitCode: 1, remedy: expect.stringContaining(flag) });
    },
  );
});
