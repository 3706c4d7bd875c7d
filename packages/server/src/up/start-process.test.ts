import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@autotrader/contracts';
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

  it('a metrics server alone serves its own process and says so', async () => {
    const metrics = await keep(startMetricsProcess({ port: 0, address: '127.0.0.1', version: '0.0.0' }));
    const health = await (await fetch(`${metrics.urls.metrics}/health`)).json();
    expect(health).toMatchObject({ status: 'ok', serves: expect.stringContaining('this process only') });
    expect(await (await fetch(`${metrics.urls.metrics}/metrics`)).text()).toContain('# TYPE');
    expect(recorder.line('metrics_scope')).toMatchObject({ serves: expect.stringContaining('this process only') });
  });
});
