import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliContext, Output } from './context.ts';
import { runCli } from './program.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-command-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function run(args: readonly string[], env: CliContext['env'] = {}) {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written): Output => ({
    isTerminal: false,
    columns: 80,
    write: (text) => {
      written[name] += text;
    },
  });
  const { signal } = new AbortController();
  const context: CliContext = { env, stdout: output('stdout'), stderr: output('stderr'), signal, version: '1.2.3' };
  return { code: await runCli(['config', ...args], context), ...written };
}

async function writeSettings(): Promise<string[]> {
  const settings = join(folder, 'settings.yaml');
  const telemetry = join(folder, 'telemetry.yaml');
  await writeFile(settings, 'autotrader:\n  database_url: sqlite:./scans.db\n');
  await writeFile(
    telemetry,
    [
      'observability:',
      '  resource_attributes: { cloud.region: eu-west-1 }',
      '  logging:',
      '    redact_fields: [shop_pin]',
      '    redaction: { pseudonym_key: hunter2-hunter2-hunter2 }',
      '    default_fields: { shop_pin: hunter2, nested: { api_key: hunter2, team: core } }',
      '    outputs: { pino_transports: [{ target: pino-loki, options: { basicAuth: { password: hunter2 }, host: "http://u:hunter2@loki" } }] }',
      '  tracing: { exporters: { otlp: { headers: { x-team: hunter2 } } } }',
      '',
    ].join('\n'),
  );
  return ['--config', settings, '--observability-config', telemetry];
}

describe('config print', () => {
  it('shows no secret, wherever it stands, and everything beside it', async () => {
    const files = await writeSettings();
    for (const format of ['text', 'json']) {
      const { code, stdout, stderr } = await run(['print', '--origin', '--format', format, ...files]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain('hunter2');
      for (const shown of ['eu-west-1', 'pino-loki', 'core', 'scans.db', '@loki']) expect(stdout).toContain(shown);
    }
  });

  it('says in JSON what each setting is, where it is from, and which secrets are set', async () => {
    const { stdout } = await run(['print', '--format', 'json', ...(await writeSettings())], { PORT: '8123' });
    const { settings, warnings } = JSON.parse(stdout);
    expect(warnings).toEqual([]);
    expect(settings).toContainEqual({ key: 'autotrader.api.port', value: 8123, origin: 'environment PORT' });
    expect(settings).toContainEqual({
      key: 'observability.logging.redaction.pseudonym_key',
      value: null,
      secret: 'set',
      origin: expect.stringMatching(/telemetry\.yaml:5:33$/),
    });
    expect(settings).toContainEqual({
      key: 'observability.resource_attributes.cloud.region',
      value: 'eu-west-1',
      origin: expect.stringMatching(/telemetry\.yaml:2:\d+$/),
    });
    expect(settings).toContainEqual({ key: 'autotrader.api.token', value: null, secret: 'not set', origin: 'default' });
  });

  it('tells on stderr which variables have no effect', async () => {
    const { code, stderr } = await run(['print'], { OTEL_BLRP_SCHEDULE_DELAY: '5' });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^autotrader: environment OTEL_BLRP_SCHEDULE_DELAY: has no effect: .*\n$/);
  });
});

describe('config schema', () => {
  it.each(['observability', 'autotrader', 'watchlist'])(
    'prints the schema of %s that the repository holds',
    async (name) => {
      const stored = await readFile(
        fileURLToPath(new URL(`../../../configs/schema/${name}.json`, import.meta.url)),
        'utf8',
      );
      expect(await run(['schema', name])).toEqual({ code: 0, stdout: stored, stderr: '' });
    },
  );

  it('prints that of the settings where none is named', async () => {
    expect(JSON.parse((await run(['schema'])).stdout).properties).toHaveProperty('autotrader');
  });

  it('names the files there are when it is asked for another, exit 2', async () => {
    const { code, stdout, stderr } = await run(['schema', 'nothing']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/CLI_SCHEMA_UNKNOWN.*\n.*observability, autotrader, watchlist/);
  });
});
