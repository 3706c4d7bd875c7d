import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctorChecks } from './doctor-checks.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  await writeFile(join(folder, 'good.yaml'), 'autotrader: {}');
  await writeFile(join(folder, 'a-file'), '');
  await writeFile(join(folder, 'bad.yaml'), 'autotrader: { marke: live }');
});

afterAll(() => rm(folder, { recursive: true }));

async function examine(file: string, databaseUrl: string) {
  const checks = doctorChecks({ env: {}, file: join(folder, file), overrides: { databaseUrl } });
  const found: Record<string, { status: string; detail: string; remedy?: string }> = {};
  for (const check of checks) found[check.name] = await check.run();
  return found;
}

describe('the doctor', () => {
  it('finds every part of a sound installation well', async () => {
    const found = await examine('good.yaml', `sqlite:${join(folder, 'data', 'a.db')}`);
    expect(Object.keys(found)).toEqual([
      'imports',
      'logging',
      'metrics',
      'tracing',
      'config',
      'store',
      'sources',
      'exporters',
    ]);
    expect(Object.entries(found).filter(([, { status }]) => status === 'fail')).toEqual([]);
    expect(found['sources']).toMatchObject({
      status: 'pass',
      detail: expect.stringContaining('coingecko, dexscreener, goplus answered'),
    });
  });

  it('names what is wrong and goes on with the rest', async () => {
    const found = await examine('bad.yaml', 'sqlite::memory:');
    expect(found['config']).toMatchObject({ status: 'fail', detail: expect.stringContaining('did you mean "market"') });
    expect(found['imports']?.status).toBe('pass');
    expect(found['metrics']?.status).toBe('pass');
  });

  it('names a store that cannot be written', async () => {
    const found = await examine('good.yaml', `sqlite:${folder}/a-file/a.db`);
    expect(found['store']).toMatchObject({ status: 'fail', detail: expect.stringContaining('/a-file/a.db') });
    expect(found['sources']?.status).toBe('pass');
  });
});
