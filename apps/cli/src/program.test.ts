import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands } from './commands.ts';
import type { CliContext } from './context.ts';
import { runCli } from './program.ts';

async function run(...argv: string[]) {
  const written = { out: '', err: '' };
  const output = (key: 'out' | 'err') => ({
    isTerminal: false,
    columns: 100,
    write: (text: string) => {
      written[key] += text;
    },
  });
  const context: CliContext = {
    env: {},
    stdout: output('out'),
    stderr: output('err'),
    signal: new AbortController().signal,
    version: '1.2.3',
  };
  const code = await runCli(argv, context);
  return { code, ...written };
}

describe('autotrader', () => {
  it('lists every command with an example on --help, exit 0', async () => {
    const { code, out, err } = await run('--help');
    expect(code).toBe(0);
    expect(err).toBe('');
    for (const { name } of commands) expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(out).toContain('$ autotrader up');
  });

  it('has one file per command and a row for each file', () => {
    const files = readdirSync(new URL('./commands', import.meta.url)).map((file) => file.replace('.ts', ''));
    expect(commands.map(({ name }) => name).toSorted()).toEqual(files.toSorted());
  });

  it.each(commands.map(({ name }) => name))('%s --help shows examples and the global options, exit 0', async (name) => {
    const { code, out } = await run(name, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`$ autotrader ${name}`);
    expect(out).toContain('--observability-config <file>');
  });

  it('prints its version', async () => {
    expect(await run('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
  });

  it('without a command prints the help on stderr, exit 2', async () => {
    const { code, out, err } = await run();
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toContain('Usage: autotrader');
  });

  it.each([
    { argv: ['scann'], says: ["unknown command 'scann'", 'scan'] },
    { argv: ['up', '--prot', '1'], says: ["unknown option '--prot'", '--port'] },
    { argv: ['scan', '--formt', 'json'], says: ["unknown option '--formt'", '--format'] },
    { argv: ['config', 'chekc'], says: ["unknown command 'chekc'", 'check'] },
    { argv: ['scan', '--format', 'xml'], says: ['xml', 'table, json, ndjson'] },
    { argv: ['scan', '--market', 'paper'], says: ['paper', 'simulated, live, replay'] },
    { argv: ['up', '--port', '70000'], says: ['--port', '65535'] },
    { argv: ['up', '--port', '-1'], says: ['--port', '65535'] },
    { argv: ['up', '--metrics-port', '9e3'], says: ['--metrics-port', '65535'] },
    { argv: ['simulator', '--seed', 'abc'], says: ['--seed', '4294967295'] },
    { argv: ['up', '--log-level', 'LOUD'], says: ['--log-level', 'WARNING'] },
    { argv: ['up', 'now'], says: ['argument', 'up --help'] },
    { argv: ['scan', '--out'], says: ['--out', 'missing'] },
  ])('refuses $argv with a hint on stderr, exit 2', async ({ argv, says }) => {
    const { code, out, err } = await run(...argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^autotrader: /);
    for (const part of says) expect(err).toContain(part);
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(4);
  });
});
