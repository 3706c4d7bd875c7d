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

  it('finds a provider that the host registers late, with another copy of the API, having loaded nothing before', async () => {
    const lines = await linesOf([fixture('api-copies.fixture.ts'), 'late-host']);
    const [before, untraced, inHost, inOurs, saw] = lines;
    expect(before).toMatchObject({ event: 'before', loaded: 0 });
    expect(untraced).not.toHaveProperty('trace_id');
    expect(inHost).toMatchObject({ event: 'inside_host_span', trace_id: inHost?.['id'] });
    expect(inOurs).toMatchObject({ event: 'inside_ours', trace_id: inHost?.['id'], id: inHost?.['id'] });
    expect(inOurs?.['span_id']).not.toBe(inHost?.['span_id']);
    expect(saw).toMatchObject({ names: ['ours', 'of the host'] });
  });

  it('traces its own operations also where another version of the API holds the globals, and says so', async () => {
    const lines = await linesOf([fixture('api-copies.fixture.ts'), 'other-version']);
    expect(lines.map(({ event }) => event)).toEqual([
      'tracing_not_global',
      'inside',
      'span_ended',
      'span_ended',
      'telemetry_shutdown',
    ]);
    const [told, inside, inner, outer] = lines;
    expect(told).toMatchObject({
      refused: ['context', 'trace', 'propagation'],
      reason: expect.stringContaining('1.10'),
    });
    expect(inner).toMatchObject({ parent_span_id: outer?.['span_id'], trace_id: outer?.['trace_id'] });
    expect(inside).toMatchObject({ span_id: inner?.['span_id'] });
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
      await linesOf([fixture('setup.fixture.ts'), 'sampling', '{"strategy":"parent_based","probability":0.5}']),
    );
    expect(names).toContain('child of a kept one');
    expect(names).not.toContain('child of a dropped one');
    const kept = names.filter((name) => name === 'work').length;
    expect(kept).toBeGreaterThan(50);
    expect(kept).toBeLessThan(150);
  });

  it('keeps a share of all traces by their ids alone, and one share of 0 keeps none', async () => {
    const [half, none] = await Promise.all(
      [0.5, 0].map((probability) =>
        linesOf([fixture('setup.fixture.ts'), 'sampling', JSON.stringify({ strategy: 'probability', probability })]),
      ),
    );
    const kept = namesOf(half ?? []).filter((name) => name === 'work').length;
    expect(kept).toBeGreaterThan(50);
    expect(kept).toBeLessThan(150);
    expect(namesOf(none ?? [])).toEqual([]);
  });

  it('keeps failed traces when it decides at their end', async () => {
    const lines = await linesOf([fixture('setup.fixture.ts'), 'sampling', '{"strategy":"tail","probability":0}']);
    expect(namesOf(lines)).toEqual(['broken']);
  });

  it('counts what tail sampling leaves out, and decides what it holds when the process has nothing left to do', async () => {
    const lines = await linesOf([fixture('running.fixture.ts'), 'tail']);
    expect(namesOf(lines)).toEqual(['bad', 'bad part']);
    expect(lines.find(({ event }) => event === 'counted')).toMatchObject({
      traces: 3,
      spans: 6,
      held: 0,
      bytes: 0,
      dropped: 0,
    });
    expect(lines.map(({ event }) => event)).not.toContain('telemetry_lost');
  });

  it('makes no spans of sending spans, and is not started twice', async () => {
    const lines = await linesOf([fixture('running.fixture.ts'), 'own-requests']);
    expect(lines.map(({ event }) => event)).toEqual(['tracing_already_started', 'sent']);
    expect(lines[1]).toMatchObject({
      sent: 2,
      made: [expect.stringMatching(/^(?!0+$)[\da-f]{32}$/), '0'.repeat(32)],
    });
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

  it('survives a recursion without end that the application catches', async () => {
    const lines = await linesOf([fixture('recursion.fixture.ts')]);
    expect(lines.find(({ event }) => event === 'caught')?.['message']).toMatch(/^RangeError: Maximum call stack/);
  });
});
