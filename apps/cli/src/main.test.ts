import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scanViewSchema } from '@autotrader/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Spawned, spawnCli } from './spawned-cli.fixture.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'autotrader-cli-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** One message: what and how to fix on stderr, nothing on stdout, no stack. */
function expectOneMessage(spawned: Spawned, says: readonly (string | RegExp)[]): void {
  expect(spawned.stderr).not.toMatch(/\n\s+at /);
  expect(spawned.stderr.match(/^autotrader: /gm)).toHaveLength(1);
  for (const part of says) expect(spawned.stderr).toMatch(part);
}

describe('autotrader scan', () => {
  it('prints a table on stdout, nothing on stderr, and leaves the folder as it was', async () => {
    const cwd = await emptyFolder();
    const { code, stdout, stderr } = await spawnCli(['scan'], { cwd });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SYMBOL\s+VERDICT\s+SCORE\s+CONFIDENCE\s+FLAGS/);
    expect(stdout).toContain('10 tokens');
    expect(stdout).toContain('not financial advice');
    expect(stdout).not.toContain('\u001b');
    expect(await readdir(cwd)).toEqual([]);
  });

  it('prints one stable document as json, and writes the same whole file with --out', async () => {
    const cwd = await emptyFolder();
    const { code, stdout } = await spawnCli(['scan', '--format', 'json', '--out', 'results'], { cwd });
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(Object.keys(document)).toEqual(['market', 'as_of', 'model_version', 'scans']);
    for (const scan of document.scans) expect(scanViewSchema.safeParse(scan).error).toBeUndefined();
    expect(await readdir(join(cwd, 'results'))).toEqual(['scans.json']);
    expect(await readFile(join(cwd, 'results', 'scans.json'), 'utf8')).toBe(stdout);
  });

  it('prints one line per token as ndjson, for the symbols that were asked for', async () => {
    const cwd = await emptyFolder();
    const all = await spawnCli(['scan', '--format', 'ndjson'], { cwd });
    const scans = all.stdout
      .trim()
      .split('\n')
      .map((line) => scanViewSchema.parse(JSON.parse(line)));
    expect(scans).toHaveLength(10);
    const [first] = scans.map(({ token }) => token.symbol);
    const one = await spawnCli(['scan', String(first).toLowerCase(), '--format', 'ndjson'], { cwd });
    expect(
      one.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).token.symbol),
    ).toEqual([first]);
  });

  it('names the nearest symbols for one that is unknown, exit 2', async () => {
    const spawned = await spawnCli(['scan', 'NOSUCHTOKEN'], { cwd: await emptyFolder() });
    expect(spawned.code).toBe(2);
    expect(spawned.stdout).toBe('');
    expectOneMessage(spawned, ['NOSUCHTOKEN', 'SRV_SYMBOL_UNKNOWN', /Known symbols: /]);
  });

  it('ends each token with a clear result when no source can be reached, exit 3', async () => {
    const cwd = await emptyFolder();
    // A port nobody listens on: connection refused, as fast as it is certain.
    const source = '{ base_url: "http://127.0.0.1:9" }';
    await writeFile(
      join(cwd, 'settings.yaml'),
      `autotrader:\n  sources: { coingecko: ${source}, dexscreener: ${source}, goplus: ${source} }\n`,
    );
    await writeFile(join(cwd, 'watchlist.yaml'), 'tokens:\n  - { symbol: ETH, coingecko_id: ethereum }\n');
    const args = ['scan', '--market', 'live', '--config', 'settings.yaml', '--watchlist', 'watchlist.yaml'];
    const { code, stdout, stderr } = await spawnCli(args, { cwd });
    expect(code).toBe(3);
    expect(stdout).toMatch(/ETH\s+(failed|timed out)/);
    expect(stdout).toMatch(/coingecko \w+: network/);
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
  });

  it('says so when the folder of recordings is missing, exit 2', async () => {
    const spawned = await spawnCli(['scan', '--recordings', 'nowhere'], { cwd: await emptyFolder() });
    expect(spawned.code).toBe(2);
    expectOneMessage(spawned, ['nowhere', 'SRV_RECORDINGS_MISSING', '--recordings']);
  });

  it('refuses an --out that cannot be a folder before it scans anything', async () => {
    const cwd = await emptyFolder();
    await writeFile(join(cwd, 'taken'), '');
    const spawned = await spawnCli(['scan', '--out', 'taken'], { cwd });
    expect(spawned.code).toBe(1);
    expect(spawned.stdout).toBe('');
    expectOneMessage(spawned, ['taken', 'CLI_FOLDER_UNWRITABLE', '--out']);
  });

  it('ends with 130 on Ctrl-C and writes no half document', async () => {
    const cwd = await emptyFolder();
    const spawned = await spawnCli(['scan', '--format', 'json', '--out', 'results', '--log-level', 'INFO'], {
      cwd,
      signalAt: { text: 'scan_started', signal: 'SIGINT' },
    });
    expect(spawned.code).toBe(130);
    expect(spawned.stdout).toBe('');
    expect(spawned.endedAfterMs).toBeLessThan(2_000);
    expect(await readdir(join(cwd, 'results'))).toEqual([]);
  });

  it('keeps stdout for data: logs go to stderr when they are asked for', async () => {
    const { stdout, stderr } = await spawnCli(['scan', '--format', 'json', '--log-level', 'INFO'], {
      cwd: await emptyFolder(),
    });
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stderr).toContain('"event":"scan_completed"');
  });
});

describe('autotrader up', () => {
  const anyPort = ['up', '--port', '0', '--metrics-port', '0'];

  it.each(['SIGINT', 'SIGTERM'] as const)('ends gracefully on %s, exit 0, within two seconds', async (signal) => {
    const spawned = await spawnCli(anyPort, {
      cwd: await emptyFolder(),
      signalAt: { text: '"event":"scan_completed"', signal },
    });
    expect(spawned).toMatchObject({ code: 0, stderr: '' });
    expect(spawned.endedAfterMs).toBeLessThan(2_000);
  });

  it('says which port is in use and how to choose another, exit 1', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const spawned = await spawnCli(['up', '--port', String(port), '--metrics-port', '0'], { cwd: await emptyFolder() });
    expect(spawned.code).toBe(1);
    expectOneMessage(spawned, [String(port), 'SRV_PORT_IN_USE', '--port']);
  });

  it('says which data folder cannot be written, exit 1', async () => {
    const cwd = await emptyFolder();
    await writeFile(join(cwd, 'data'), 'a file where the folder should be');
    const spawned = await spawnCli(anyPort, { cwd });
    expect(spawned.code).toBe(1);
    expectOneMessage(spawned, ['./data/autotrader.db', 'STORE_UNWRITABLE', 'choose a folder']);
  });

  it('names file, line and key of every problem in broken settings, exit 2, and starts nothing', async () => {
    const cwd = await emptyFolder();
    await writeFile(join(cwd, 'broken.yaml'), 'autotrader:\n  prot: 1\n  scan: { deadline: soon }\n');
    const spawned = await spawnCli([...anyPort, '--config', 'broken.yaml'], { cwd });
    expect(spawned.code).toBe(2);
    expectOneMessage(spawned, [/broken\.yaml:2/, 'prot', /broken\.yaml:3/, 'deadline']);
    expect(spawned.stdout).toBe('');
    expect(existsSync(join(cwd, 'data'))).toBe(false);
  });

  it('names file and line of YAML that cannot be read, exit 2', async () => {
    const cwd = await emptyFolder();
    await writeFile(join(cwd, 'broken.yaml'), 'autotrader:\n  market: [live\n');
    const spawned = await spawnCli([...anyPort, '--config', 'broken.yaml'], { cwd });
    expect(spawned.code).toBe(2);
    expectOneMessage(spawned, [/broken\.yaml:\d/]);
  });

  it('says which settings file is missing, exit 2', async () => {
    const spawned = await spawnCli([...anyPort, '--config', 'absent.yaml'], { cwd: await emptyFolder() });
    expect(spawned.code).toBe(2);
    expectOneMessage(spawned, ['absent.yaml', 'OBS_CONFIG_MISSING', '--config']);
  });
});

describe('autotrader config check', () => {
  it('reports every file that is wrong, exit 2', async () => {
    const cwd = await emptyFolder();
    await mkdir(join(cwd, 'configs'));
    await writeFile(join(cwd, 'configs', 'autotrader.yaml'), 'autotrader:\n  prot: 1\n');
    await writeFile(join(cwd, 'configs', 'observability.yaml'), 'observability:\n  loging: {}\n');
    const { code, stderr } = await spawnCli(['config', 'check'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/autotrader\.yaml:2/);
    expect(stderr).toMatch(/observability\.yaml:2/);
    expect(stderr).toContain('logging');
  });

  it("reports the live market's watchlist, whichever market is set, exit 2", async () => {
    const cwd = await emptyFolder();
    await mkdir(join(cwd, 'configs'));
    await writeFile(join(cwd, 'configs', 'watchlist.yaml'), 'tokens:\n  - symbol: [\n');
    const { code, stderr } = await spawnCli(['config', 'check'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('watchlist.yaml:');
  });

  it('is content with defaults where there is no file, exit 0', async () => {
    const { code, stderr } = await spawnCli(['config', 'check'], { cwd: await emptyFolder() });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('autotrader config print', () => {
  it('shows every value and where it came from, and of a secret only that it is set', async () => {
    const cwd = await emptyFolder();
    await writeFile(join(cwd, 's.yaml'), 'autotrader:\n  scan: { every: 5m }\n');
    const secrets = { AUTOTRADER_API_TOKEN: 'a-secret-of-many-letters', COINGECKO_API_KEY: 'CG-secret-key' };
    const env = { ...secrets, PORT: '8123', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20hidden-words' };
    const { code, stdout, stderr } = await spawnCli(['config', 'print', '--origin', '--config', 's.yaml'], {
      cwd,
      env,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('autotrader.api.port: 8123  # environment PORT\n');
    expect(stdout).toContain('autotrader.scan.every: 300000  # s.yaml:2:');
    expect(stdout).toContain('autotrader.market: "simulated"  # default\n');
    expect(stdout).toContain('autotrader.api.token: (set)  # environment AUTOTRADER_API_TOKEN\n');
    expect(stdout).toContain('observability.logging.level: "INFO"  # default\n');
    for (const secret of [...Object.values(secrets), 'hidden-words']) expect(stdout).not.toContain(secret);
  });
});

describe('autotrader doctor', () => {
  it('has a PASS, FAIL or SKIP line for every part, exit 0 when none fails', async () => {
    const { code, stdout, stderr } = await spawnCli(['doctor'], { cwd: await emptyFolder() });
    const parts = ['imports', 'logging', 'metrics', 'tracing', 'config', 'store', 'sources', 'exporters'];
    expect(stdout.match(/^(PASS|SKIP) {2}\w+/gm)?.map((line) => line.slice(6))).toEqual(parts);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('fails on the part that is broken and says what to do, exit 1', async () => {
    const cwd = await emptyFolder();
    await writeFile(join(cwd, 'data'), 'a file where the folder should be');
    const { code, stdout } = await spawnCli(['doctor'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}store .*choose a folder/m);
  });
});

describe('the processes on their own', () => {
  it.each([
    { args: ['api', '--port', '0', '--metrics-port', '0'] },
    { args: ['worker', '--metrics-port', '0'] },
    { args: ['simulator', '--port', '0', '--seed', '7'] },
    {
      args: ['metrics-server', '--port', '0', '--receiver-port', '0', '--address', '127.0.0.1', '--log-level', 'INFO'],
    },
  ])('$args listens, and ends gracefully on SIGTERM', async ({ args }) => {
    const spawned = await spawnCli(args, {
      cwd: await emptyFolder(),
      signalAt: { text: '"event":"listening"', signal: 'SIGTERM' },
    });
    expect(spawned).toMatchObject({ code: 0, stderr: '' });
    expect(spawned.stdout).toMatch(/"url":"http:\/\/127\.0\.0\.1:\d+/);
  });
});
