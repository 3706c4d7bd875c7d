import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tokenListSchema } from '@autotrader/contracts';
import { openStore } from '@autotrader/scanner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseLog } from './harness/autotrader.ts';
import { eventually } from './harness/eventually.ts';
import { type System, startSystem } from './harness/system.ts';
import { createWorkFolder, removeFolder, useWorkFolder } from './harness/work-folder.ts';

describe('autotrader up in a fresh folder', () => {
  let folder: string;
  let system: System;

  beforeAll(async () => {
    folder = await createWorkFolder();
    system = await startSystem({ folder });
  });

  afterAll(async () => {
    await system.process.stop('SIGKILL');
    await removeFolder(folder);
  });

  it('has scanned ten tokens of mixed kind within ten seconds, without being asked', async () => {
    const tokens = await eventually(
      'a result for each token',
      async () => {
        const { tokens } = await system.client.tokens();
        return tokens.length > 0 && tokens.every(({ latest }) => latest !== null) ? tokens : undefined;
      },
      10_000,
    );
    expect(tokens).toHaveLength(10);
    expect(new Set(tokens.map(({ latest }) => latest?.verdict)).size).toBeGreaterThan(1);
  });

  it('answers GET /api/tokens as the contract says, with a trace id', async () => {
    const response = await fetch(new URL('/api/tokens', system.apiUrl));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(tokenListSchema.safeParse(await response.json()).error).toBeUndefined();
  });

  it('is live and ready', async () => {
    expect((await fetch(new URL('/health/live', system.apiUrl))).status).toBe(200);
    expect((await fetch(new URL('/health/ready', system.apiUrl))).status).toBe(200);
    expect((await fetch(new URL('/health', system.metricsUrl))).status).toBe(200);
  });

  it('refuses an unknown symbol with problem details and changes nothing', async () => {
    const before = (await system.client.scans({ limit: 500 })).scans.length;
    await expect(system.client.requestScans({ symbols: ['NOPE'] })).rejects.toMatchObject({
      code: 'SRV_TOKEN_UNKNOWN',
    });
    expect((await system.client.scans({ limit: 500 })).scans).toHaveLength(before);
  });

  it('keeps its data below ./data and writes nothing else', async () => {
    expect((await readdir(folder)).toSorted()).toEqual(['configs', 'data']);
  });

  it('writes JSON lines to stdout and nothing to stderr', () => {
    for (const line of system.process.stdout.lines) {
      expect(parseLog(line), line).toMatchObject({
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: expect.stringMatching(/^(DEBUG|INFO|WARNING|ERROR|CRITICAL)$/),
        logger: expect.any(String),
        event: expect.any(String),
        service: expect.any(String),
      });
    }
    expect(system.process.stderr.text).toBe('');
  });
});

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('ends within two seconds with exit 0, says what became of the telemetry, and loses no accepted scan', async () => {
    const folder = await useWorkFolder();
    const system = await startSystem({ folder });
    await eventually('a first result', async () => {
      const { tokens } = await system.client.tokens();
      return tokens.some(({ latest }) => latest !== null) || undefined;
    });
    const accepted = await Promise.all([1, 2, 3].map(() => system.client.requestScans()));
    const ended = await system.process.stop(signal);
    expect(ended).toMatchObject({ code: 0, signal: null });
    expect(ended.tookMs).toBeLessThan(2_000);
    expect(system.process.stderr.text).toBe('');
    const last = system.process.logs().at(-1);
    expect(last).toMatchObject({ event: 'telemetry_shutdown' });

    const store = await openStore({ url: `sqlite:${join(folder, 'data', 'autotrader.db')}` });
    try {
      for (const { id } of accepted.flatMap(({ scans }) => scans)) expect(await store.get(id), id).not.toBeNull();
      expect((await store.depth()).running).toBe(0);
    } finally {
      await store.close();
    }
  });
});
