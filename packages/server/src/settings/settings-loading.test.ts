import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@autotrader/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from './settings-loading.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function file(text: string): Promise<string> {
  const path = join(folder, `settings-${Math.abs(hash(text))}.yaml`);
  await writeFile(path, text);
  return path;
}

function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
}

async function problemsOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigError);
  return (error as ConfigError).message;
}

describe('settings', () => {
  it('are complete without a file', async () => {
    const { settings } = await loadSettings({ file: await file('autotrader: {}'), env: {} });
    expect(settings).toMatchObject({
      market: 'simulated',
      databaseUrl: 'sqlite:./data/autotrader.db',
      watchlistFile: null,
      api: { host: '127.0.0.1', port: 8000, token: null },
      metrics: { address: '127.0.0.1', port: 9090 },
      scan: { everyMs: 60_000, deadlineMs: 20_000 },
    });
    expect(settings.sources.coingecko.baseUrl).toBe('https://api.coingecko.com/api/v3');
  });

  it('are what the shipped file says, which is the default', async () => {
    const shipped = new URL('../../../../configs/autotrader.yaml', import.meta.url).pathname;
    const fromFile = await loadSettings({ file: shipped, env: {} });
    const none = await loadSettings({ file: await file('autotrader: {}'), env: {} });
    expect(fromFile.settings).toEqual(none.settings);
  });

  it('take every variable that the shipped file names, also without a file', async () => {
    const shipped = new URL('../../../../configs/autotrader.yaml', import.meta.url).pathname;
    const env = {
      AUTOTRADER_MARKET: 'live',
      DATABASE_URL: 'sqlite:./x.db',
      AUTOTRADER_WATCHLIST: 'w.yaml',
      HOST: '127.0.0.2',
      PORT: '1',
      AUTOTRADER_API_TOKEN: 'sixteen-or-more-letters',
      METRICS_PORT: '2',
      AUTOTRADER_SIMULATOR_URL: 'http://127.0.0.1:8100',
      AUTOTRADER_RECORDINGS: 'r',
      COINGECKO_API_KEY: '12345678',
      GOPLUS_API_KEY: 'g',
    };
    const named = [...(await readFile(shipped, 'utf8')).matchAll(/^[^#\n]*\$\{([A-Z_]+)/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(Object.keys(env).toSorted());
    const fromFile = await loadSettings({ file: shipped, env });
    const none = await loadSettings({ file: await file('autotrader: {}'), env });
    expect(none.settings).toEqual(fromFile.settings);
    expect(none.settings.simulator.url).toBe('http://127.0.0.1:8100');
    expect(none.settings.sources.coingecko.apiKey).toBe('12345678');
  });

  it('come from command line, environment, file and default, in this order', async () => {
    const path = await file('autotrader:\n  api: { port: 1001 }\n  metrics: { port: 1002 }\n  market: replay\n');
    const { settings, origins } = await loadSettings({
      file: path,
      env: { PORT: '2001', METRICS_PORT: '2002', HOST: '' },
      overrides: { port: 3001 },
    });
    expect([settings.api.port, settings.metrics.port, settings.market, settings.api.host]).toEqual([
      3001,
      2002,
      'replay',
      '127.0.0.1',
    ]);
    expect(origins.get('api.port')).toBe('command line');
    expect(origins.get('metrics.port')).toBe('environment METRICS_PORT');
    expect(origins.get('market')).toContain(path);
    expect(origins.get('api.host')).toBe('default');
  });

  it('know under the keys of the file where each came from, also those of a source', async () => {
    const path = await file('autotrader:\n  sources:\n    coingecko: { requests_per_minute: 7 }\n');
    const { config, origins } = await loadSettings({ file: path, env: { COINGECKO_API_KEY: 'key' } });
    expect(config).toMatchObject({ sources: { coingecko: { requests_per_minute: 7, api_key: 'key' } } });
    expect(origins.get('sources.coingecko.requests_per_minute')).toContain(path);
    expect(origins.get('sources.coingecko.api_key')).toBe('environment COINGECKO_API_KEY');
    expect(origins.get('sources.coingecko.base_url')).toBe('default');
  });

  it('take the file that the environment names', async () => {
    const path = await file('autotrader: { market: replay }');
    expect(await loadSettings({ env: { AUTOTRADER_CONFIG: path } })).toMatchObject({
      file: path,
      settings: { market: 'replay' },
    });
  });

  it('scan by the market: often where it is free, seldom where it is not, once in a replay', async () => {
    const every = async (market: 'simulated' | 'live' | 'replay') =>
      (await loadSettings({ file: await file('autotrader: {}'), env: {}, overrides: { market } })).settings.scan
        .everyMs;
    expect([await every('simulated'), await every('live'), await every('replay')]).toEqual([60_000, 900_000, null]);
  });

  it.each([
    ['off', null],
    ['90s', 90_000],
    ['15m', 900_000],
  ])('read scan.every "%s"', async (text, ms) => {
    const path = await file(`autotrader: { scan: { every: '${text}' } }`);
    expect((await loadSettings({ file: path, env: {} })).settings.scan.everyMs).toBe(ms);
  });

  it('take an API token of digits as text', async () => {
    const { settings } = await loadSettings({
      file: await file('autotrader: {}'),
      env: { AUTOTRADER_API_TOKEN: '1234567890123456' },
    });
    expect(settings.api.token).toBe('1234567890123456');
  });
});

describe('wrong settings are refused', () => {
  it('with the nearest key for an unknown one, by line', async () => {
    const path = await file('autotrader:\n  markt: live\n');
    const text = await problemsOf(loadSettings({ file: path, env: {} }));
    expect(text).toContain(`${path}:2`);
    expect(text).toContain('did you mean "market"');
  });

  it('all at once', async () => {
    const path = await file(
      'autotrader:\n  market: lve\n  api: { port: 99999 }\n  scan: { every: soon, deadline: 5 }\n',
    );
    const text = await problemsOf(loadSettings({ file: path, env: { METRICS_PORT: 'abc' } }));
    for (const key of ['market', 'api.port', 'scan.every', 'scan.deadline', 'metrics.port'])
      expect(text).toContain(key);
    expect(text).toContain('environment METRICS_PORT');
    expect(text).not.toContain('regex');
  });

  it('without repeating a secret', async () => {
    const text = await problemsOf(
      loadSettings({ file: await file('autotrader: {}'), env: { AUTOTRADER_API_TOKEN: 'short-secret' } }),
    );
    expect(text).toContain('AUTOTRADER_API_TOKEN');
    expect(text).not.toContain('short-secret');
  });

  it.each(['mysql://x', 'sqlite:', 'postgres://user:pass@host/db'])('for the store %s', async (url) => {
    const text = await problemsOf(loadSettings({ file: await file('autotrader: {}'), env: { DATABASE_URL: url } }));
    expect(text).toContain('sqlite:PATH');
  });

  it('when the named file is not there', async () => {
    const text = await problemsOf(loadSettings({ file: join(folder, 'none.yaml'), env: {} }));
    expect(text).toContain('none.yaml');
  });

  it.each([NaN, -1, 1.5, 70_000])('for the port %s on the command line', async (port) => {
    const text = await problemsOf(loadSettings({ file: await file('autotrader: {}'), env: {}, overrides: { port } }));
    expect(text).toContain('command line');
  });
});
