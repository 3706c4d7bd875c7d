import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@autotrader/contracts';
import { createRecorder, type Recorder } from '@autotrader/observability/testing';
import { openStore } from '@autotrader/scanner';
import { sharedFolder } from '@autotrader/sources/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testSettings } from '../testing/test-settings.ts';
import type { Running } from './running.ts';
import { startAll } from './start-all.ts';

let recorder: Recorder;
let running: Running[];
let folder: string;
let blocker: Server | undefined;

beforeEach(async () => {
  recorder = createRecorder();
  running = [];
  folder = await mkdtemp(join(tmpdir(), 'start-all-'));
});

afterEach(async () => {
  await Promise.all(running.map((system) => system.close()));
  blocker?.close();
  blocker = undefined;
  recorder.close();
  await rm(folder, { recursive: true, force: true });
});

async function start(overrides: Parameters<typeof testSettings>[0] = {}) {
  const system = await startAll({ settings: await testSettings(overrides), version: '0.0.0' });
  running.push(system);
  return { system, client: createClient({ baseUrl: system.urls.api ?? '', fetch }) };
}

async function takenPort(): Promise<number> {
  const server = createServer();
  blocker = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const soon = { timeout: 15_000, interval: 50 };

describe('everything in one process', () => {
  it('scans the ten tokens of the simulated market without being asked', async () => {
    const { client } = await start();
    const tokens = await vi.waitFor(async () => {
      const list = await client.tokens();
      expect(list.tokens.every(({ latest }) => latest !== null)).toBe(true);
      return list.tokens;
    }, soon);
    expect(tokens).toHaveLength(10);
    expect(tokens.every(({ latest }) => latest?.state === 'success')).toBe(true);
    expect(new Set(tokens.map(({ latest }) => latest?.verdict)).size).toBeGreaterThan(1);
  });

  it('scans again when asked, in the trace of the request', async () => {
    const { client } = await start();
    await vi.waitFor(
      async () => expect((await client.tokens()).tokens.every(({ waiting }) => waiting === null)).toBe(true),
      soon,
    );
    const [symbol = ''] = (await client.tokens()).tokens.map((token) => token.symbol);
    recorder.clear();
    const { scans } = await client.requestScans({ symbols: [symbol] });
    const record = await vi.waitFor(async () => {
      const found = await client.scan(scans[0]?.id ?? '');
      if (found.result === null) throw new Error('not ended');
      return found;
    }, soon);
    const request = recorder.lines('api_request_completed').find((line) => line['method'] === 'POST');
    expect(record.result?.trace_id).toBe(request?.['trace_id']);
    await vi.waitFor(
      () =>
        expect(
          recorder.metric('api_requests_total', { method: 'POST', endpoint: '/api/scans', status_code: '202' }),
        ).toBe(1),
      soon,
    );
  });

  it('says where each part listens, and each answers there', async () => {
    const { system, client } = await start();
    const listening = recorder.lines('listening').map(({ url }) => url);
    expect(listening).toEqual(expect.arrayContaining([system.urls.api, system.urls.metrics, system.urls.simulator]));
    expect((await client.health()).status).toBe('ok');
    const metrics = await (await fetch(`${system.urls.metrics}/metrics`)).text();
    expect(metrics).toContain('worker_jobs_total');
    expect((await fetch(`${system.urls.metrics}/health`)).status).toBe(200);
    expect(await (await fetch(`${system.urls.api}/`)).text()).toContain(`${system.urls.metrics}/metrics`);
  });

  it('is degraded, not down, when a source is away, and says which', async () => {
    const { system, client } = await start();
    await fetch(`${system.urls.simulator}/_control/faults`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ fault: 'outage', source: 'dexscreener' }]),
    });
    await vi.waitFor(
      async () => {
        await client.requestScans();
        const health = await client.health();
        expect(health.status).toBe('degraded');
        expect(health.checks['data_sources']?.cause).toContain('dexscreener');
      },
      { timeout: 60_000, interval: 500 },
    );
    expect((await fetch(`${system.urls.api}/health/ready`)).status).toBe(200);
  }, 70_000);
});

const recordings = sharedFolder('recorded');

describe.skipIf(recordings === null)('a replay in one process (skipped without the folder of recorded replies)', () => {
  it('scans every token of the recordings once', async () => {
    const { client } = await start({ market: 'replay', recordings: recordings ?? '' });
    await vi.waitFor(async () => {
      const { tokens } = await client.tokens();
      expect(tokens.length).toBeGreaterThan(0);
      expect(tokens.every(({ latest, waiting }) => latest !== null && waiting === null)).toBe(true);
    }, soon);
    const { scans } = await client.scans({ limit: 500 });
    expect(new Set(scans.map(({ token_symbol }) => token_symbol)).size).toBe(scans.length);
  });
});

describe('a start that fails', () => {
  it.each([
    ['port', 'the API', '--port', 'PORT'],
    ['metricsPort', 'the metrics server', '--metrics-port', 'METRICS_PORT'],
    ['simulatorPort', 'the simulator', '`simulator.port`', 'autotrader simulator --port'],
  ] as const)(
    'because %s is in use names port, flag and variable, and leaves nothing open',
    async (key, who, flag, env) => {
      const taken = await takenPort();
      const error = await start({ [key]: taken }).catch((thrown: Error & { remedy?: string }) => thrown);
      expect(error).toMatchObject({ name: 'ServerError', code: 'SRV_PORT_IN_USE', exitCode: 1 });
      const { message, remedy } = error as Error & { remedy: string };
      expect(message).toContain(`port ${taken}`);
      expect(message).toContain(who);
      expect(remedy).toContain(flag);
      expect(remedy).toContain(env);
      for (const { url } of recorder.lines('listening')) await expect(fetch(String(url))).rejects.toThrow();
    },
  );

  it.each(['port', 'metricsPort'] as const)('because %s is in use makes no store', async (key) => {
    const databaseUrl = `sqlite:${join(folder, 'data', 'a.db')}`;
    const started = start({ [key]: await takenPort(), databaseUrl });
    await expect(started).rejects.toMatchObject({ code: 'SRV_PORT_IN_USE' });
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('because API and metrics server were given the same port makes no store', async () => {
    const databaseUrl = `sqlite:${join(folder, 'data', 'a.db')}`;
    const port = await takenPort();
    await new Promise((resolve) => blocker?.close(resolve));
    await expect(start({ port, metricsPort: port, databaseUrl })).rejects.toMatchObject({ code: 'SRV_PORT_IN_USE' });
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('because the store cannot be written says which file', async () => {
    const file = join(folder, 'a-file-and-no-folder');
    await writeFile(file, '');
    const error = await start({ databaseUrl: `sqlite:${file}/a.db` }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: 'STORE_UNWRITABLE' });
    expect((error as Error).message).toContain(`${file}/a.db`);
  });

  it('because other machines could reach it without a token', async () => {
    await expect(start({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'SRV_BIND_WITHOUT_TOKEN', exitCode: 2 });
  });

  it('because the simulator that is named does not answer', async () => {
    const url = `http://127.0.0.1:${await takenPort()}`;
    blocker?.close();
    await expect(start({ simulatorUrl: url })).rejects.toMatchObject({
      code: 'SRV_SIMULATOR_UNREACHABLE',
      exitCode: 1,
    });
  });

  it('because there are no recordings', async () => {
    await expect(start({ market: 'replay' })).rejects.toMatchObject({ code: 'SRV_RECORDINGS_MISSING', exitCode: 2 });
    await expect(start({ market: 'replay', recordings: join(folder, 'none') })).rejects.toMatchObject({
      code: 'SRV_RECORDINGS_MISSING',
    });
  });
});

describe('a stop', () => {
  it('ends every listener, keeps every accepted scan, and may be asked for twice', async () => {
    const databaseUrl = `sqlite:${join(folder, 'data', 'a.db')}`;
    const { system, client } = await start({ databaseUrl });
    const { scans } = await client.requestScans();
    await Promise.all([system.close(), system.close()]);
    await system.close();
    for (const url of Object.values(system.urls)) await expect(fetch(url)).rejects.toThrow();
    expect(existsSync(join(folder, 'data', 'a.db'))).toBe(true);
    const store = await openStore({ url: databaseUrl });
    expect(await store.depth()).toMatchObject({ running: 0 });
    for (const { id } of scans) expect(await store.get(id)).not.toBeNull();
    await store.close();
  });

  it('leaves what was not scanned to the next start', async () => {
    const databaseUrl = `sqlite:${join(folder, 'a.db')}`;
    const first = await start({ databaseUrl });
    const { scans } = await first.client.requestScans();
    await first.system.close();
    const second = await start({ databaseUrl });
    for (const { id } of scans) {
      await vi.waitFor(async () => expect((await second.client.scan(id)).result).not.toBeNull(), soon);
    }
  });
});
