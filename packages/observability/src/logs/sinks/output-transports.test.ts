import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EndedProcess, indexes, type LiveOutput, readLines, runOutputs, upTo } from './output-process.fixture.ts';

const dying = fileURLToPath(new URL('./dying-transport.fixture.cjs', import.meta.url));
let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'log-transport-'));
  path = join(folder, 'transport.log');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const through = (...pino_transports: object[]): object => ({
  format: 'json',
  throttling: { enabled: false },
  outputs: { pino_transports },
});
const pinoFile = (): object => ({ target: 'pino/file', options: { destination: path } });

describe('a pino transport', () => {
  it('named by its package gets every line as pino would write it', async () => {
    const ended = await runOutputs({ how: 'shutdown', logging: through(pinoFile()), lines: 2_000, waitFor: path });
    expect(ended.code).toBe(0);
    const lines = readLines(path);
    expect(indexes(lines)).toEqual(upTo(2_000));
    expect(lines[0]).toMatchObject({ level: 30, msg: 'line_written', logger: 'app', service: 'outputs', index: 0 });
    expect(Math.abs(Number(lines[0]?.['time']) - Date.now())).toBeLessThan(3_600_000);
    expect(lines[0]).not.toHaveProperty('timestamp');
    expect(indexes(ended.stdout)).toEqual(upTo(2_000));
  });

  it.each([
    ['exit', 3],
    ['natural', 0],
    ['throw', 1],
  ])('loses no line when the process ends by %s, and may finish', async (how, code) => {
    const ended = await runOutputs({ how, logging: through({ target: dying, options: { path } }), waitFor: path });
    expect(ended.code).toBe(code);
    expect(indexes(readLines(path))).toEqual(upTo(1_000));
    expect(readLines(path).at(-1)).toEqual({ final: true });
  });

  it('loses no line when the process ends by a signal, and may finish', async () => {
    const logging = through({ target: dying, options: { path } });
    const ended = await runOutputs({ how: 'signal', logging, waitFor: path }, (child) =>
      child.once('message', () => child.send('SIGTERM')),
    );
    expect(ended.signal).toBe('SIGTERM');
    expect(indexes(readLines(path))).toEqual(upTo(1_000));
    expect(readLines(path).at(-1)).toEqual({ final: true });
  });

  it('that is not installed is named with what to install; the others go on', async () => {
    const ended = await runOutputs({
      how: 'shutdown',
      logging: through({ target: '@acme/no-such-transport/file' }, { target: './nowhere.js' }, pinoFile()),
      lines: 10,
      waitFor: path,
    });
    expect(ended.stdout.filter(({ event }) => event === 'log_output_unavailable')).toMatchObject([
      { target: '@acme/no-such-transport/file', remedy: 'npm install @acme/no-such-transport' },
      { target: './nowhere.js', reason: expect.stringContaining('there is no file ./nowhere.js') },
    ]);
    expect(indexes(readLines(path))).toEqual(upTo(10));
  });
});

describe('a pino transport that', () => {
  /** Sends each event when what the one before was to bring about has come. */
  const stepThrough = (
    options: object,
    steps: readonly (readonly [event: string, seen: (output: LiveOutput) => boolean])[],
  ): Promise<EndedProcess> =>
    runOutputs(
      {
        how: 'step',
        logging: through({ target: dying, options: { path, ...options } }),
        ...('refuse' in options ? {} : { waitFor: path }),
      },
      (child, output) => {
        child.once('message', async () => {
          for (const [event, seen] of steps) {
            child.send(event);
            while (!seen(output) && child.exitCode === null) await new Promise((next) => setTimeout(next, 10));
          }
          child.send('end');
        });
      },
    );
  const arrived = (event: string) => (): boolean => readLines(path).some(({ msg }) => msg === event);
  const told =
    (event: string) =>
    ({ stdout }: LiveOutput): boolean =>
      stdout.includes(event);

  it('dies is told once and counted, started again, and costs the others nothing', async () => {
    const ended = await stepThrough({ dieAt: 'poison' }, [
      ['first', arrived('first')],
      ['poison', told('log_output_failing')],
      ['second', told('log_output_recovered')],
      ['third', arrived('third')],
    ]);
    const events = ended.stdout.map(({ event }) => event);
    expect(events).toEqual([
      'first',
      'poison',
      'log_output_failing',
      'second',
      'log_output_recovered',
      'third',
      'telemetry_shutdown',
    ]);
    expect(ended.stdout[2]).toMatchObject({ level: 'WARNING', output: 'transport', reason: 'it has died' });
    expect(ended.stdout[4]).toMatchObject({ level: 'WARNING', lines_lost: 1 });
    expect(ended.stderr.at(-1)).toMatchObject({ dropped: { transport_failed: 1 } });
    expect(readLines(path).flatMap(({ msg }) => msg ?? [])).toEqual(events.filter((event) => event !== 'poison'));
  });

  it('cannot start says why, without what is secret, and the program goes on', async () => {
    const ended = await stepThrough({ refuse: true }, [
      ['first', told('log_output_failing')],
      ['second', told('second')],
    ]);
    expect(ended.stdout.filter(({ event }) => event === 'log_output_failing')).toMatchObject([
      { output: 'transport', reason: 'it does not want to, password=[REDACTED]' },
    ]);
    expect(ended.stdout.map(({ event }) => event)).toEqual(expect.arrayContaining(['first', 'second']));
    expect(ended.code).toBe(0);
    expect(ended.stderr.at(-1)).toMatchObject({ dropped: { shutdown: expect.any(Number) } });
  });

  it.each([
    ['hangs in the middle', { hangAt: '"index":500' }],
    ['hangs at its end', { endHangs: true }],
  ])('%s does not hold up the end of the program', async (_what, options) => {
    const logging = through({ target: dying, options: { path, ...options } });
    const good = await runOutputs({ how: 'shutdown', logging: through(pinoFile()), waitFor: path });
    const ended = await runOutputs({ how: 'shutdown', logging, waitFor: path });
    expect(ended.code).toBe(0);
    expect(indexes(ended.stdout)).toEqual(upTo(1_000));
    // What the transport had taken may have arrived; what is known to be lost is said.
    const { dropped } = ended.stderr.at(-1) as { dropped?: Readonly<Record<string, number>> };
    const lost = Object.values(dropped ?? {}).reduce((sum, lines) => sum + lines, 0);
    const told = ended.stdout.find(({ event }) => event === 'log_lines_lost');
    expect(Number(told?.['lines_lost'] ?? 0)).toBe(told === undefined ? lost : lost - 1);
    // Against the same program with a transport that ends well; the budget of a shutdown is two seconds.
    expect(ended.elapsedMs - good.elapsedMs).toBeLessThan(6_000);
  });
});
