import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const run = promisify(execFile);
const fixture = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));

type Line = Record<string, unknown> & { event: string };

async function linesOf(
  args: readonly string[],
  env: Record<string, string> = {},
  imports: readonly string[] = [],
): Promise<Line[]> {
  const flags = [
    '--import',
    'tsx',
    ...imports.flatMap((path) => ['--import', path]),
    '--conditions=@autotrader/source',
  ];
  const { stdout } = await run(process.execPath, [...flags, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    timeout: 15_000,
  });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

function namesOf(lines: readonly Line[]): string[] {
  return lines.filter(({ event }) => event === 'span_ended').map((line) => String(line['name']));
}

describe('tracing', () => {
  it('uses the provider the host has registered, and keeps secrets from it', async () => {
    const lines = await linesOf([fixture('setup.fixture.ts'), 'host']);
    expect(lines.map(({ event }) => event)).toEqual(['tracing_uses_host_provider', 'inside', 'host_saw']);
    expect(lines[1]).toHaveProperty('trace_id');
    expect(lines[2]).toMatchObject({
      name: 'work',
      span_attributes: '{"password":"[REDACTED]","item.count":1}',
      redactions: 1,
    });
  });

  it('shows spans as lines of JSON, children first', async () => {
    const lines = await linesOf([fixture('setup.fixture.ts'), 'console']);
    const [inside, inner, outer] = lines;
    expect(namesOf(lines)).toEqual(['inner', 'outer']);
    expect(inner).toMatchObject({
      logger: 'spans',
      parent_span_id: outer?.['span_id'],
      trace_id: outer?.['trace_id'],
      attributes: { url: 'https://[REDACTED]@h' },
    });
    expect(outer).toMatchObject({ kind: 'server', status: 'unset' });
    expect(inside).toMatchObject({ event: 'inside', span_id: inner?.['span_id'] });
  });

  it('keeps a share of the traces that begin here and all that are already kept elsewhere', async () => {
    const names = namesOf(
      await linesOf([fixture('setup.fixture.ts'), 'sampling', '{"strategy":"probability","probability":0.5}']),
    );
    expect(names).toContain('child');
    const kept = names.filter((name) => name === 'work').length;
    expect(kept).toBeGreaterThan(50);
    expect(kept).toBeLessThan(150);
  });

  it('keeps failed traces when it decides at their end', async () => {
    const lines = await linesOf([fixture('setup.fixture.ts'), 'sampling', '{"strategy":"tail","probability":0}']);
    expect(namesOf(lines)).toEqual(['broken']);
  });

  it('makes nothing when always off, or switched off by the environment', async () => {
    expect(namesOf(await linesOf([fixture('setup.fixture.ts'), 'sampling', '{"strategy":"always_off"}']))).toEqual([]);
    expect(namesOf(await linesOf([fixture('setup.fixture.ts'), 'sampling'], { OTEL_SDK_DISABLED: 'true' }))).toEqual(
      [],
    );
  });

  it('does without the optional packages, says so once and how to get them', async () => {
    const lines = await linesOf([fixture('without-sdk.fixture.ts')], {}, [fixture('hide-sdk.fixture.mjs')]);
    expect(lines.map(({ event }) => event)).toEqual(['tracing_unavailable', 'still_works']);
    expect(lines[0]).toMatchObject({
      level: 'WARNING',
      reason: expect.stringContaining('@opentelemetry/'),
      remedy: expect.stringContaining('npm install @opentelemetry/sdk-trace '),
    });
    expect(lines[1]).toMatchObject({ result: 42 });
  });
});
