import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('./hangup.fixture.ts', import.meta.url));
const node = [process.execPath, '--import', 'tsx', '--conditions=@autotrader/source', script];
// Gives a program a terminal of its own; its options are those of util-linux.
const canMakeTerminal =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

type Line = Readonly<Record<string, unknown>>;

interface Service {
  readonly child: ChildProcess;
  /** The next line of this event; fails when the process ends before. */
  line(event: string): Promise<Line>;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly lines: Line[];
}

let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hangup-'));
  file = join(folder, 'observability.yaml');
});
afterAll(() => rm(folder, { recursive: true }));

const write = (level: string, reload = '{ watch_file: false }'): Promise<void> =>
  writeFile(
    file,
    `observability: { logging: { level: ${level}, format: json }, tracing: { enabled: false }, reload: ${reload} }\n`,
  );

function run(how: string, terminal = false): Service {
  const command = [...node, file, how];
  const [program = '', ...args] = terminal ? ['script', '-qefc', command.join(' '), '/dev/null'] : command;
  // In a session of its own, as a service manager starts it: without the terminal the tests may run in.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true, timeout: 20_000 });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    const complete = text.split('\n');
    text = complete.pop() ?? '';
    lines.push(...complete.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Line));
    for (const look of waiting) look();
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const line = (event: string): Promise<Line> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((candidate) => candidate['event'] === event);
        if (found !== undefined) resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then(() => reject(new Error(`ended without ${event}: ${JSON.stringify(lines)}`)));
    });
  return { child, line, ended, lines };
}

async function hangUp({ line }: Service): Promise<number> {
  const pid = Number((await line('ready'))['pid']);
  process.kill(pid, 'SIGHUP');
  return pid;
}

describe.skipIf(process.platform === 'win32')('SIGHUP', () => {
  it('reloads a service that has no terminal, and leaves it running', async () => {
    await write('INFO');
    const service = run('plain');
    await service.line('ready');
    await write('DEBUG');
    await hangUp(service);
    expect(await service.line('configuration_reloaded')).toMatchObject({
      trigger: 'sighup',
      changed: ['logging.level: INFO → DEBUG'],
    });
    service.child.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ signal: 'SIGTERM' });
  });

  it('kills a service that is told not to reload, as without this library', async () => {
    await write('INFO', '{ on_sighup: false, watch_file: false }');
    const service = run('plain');
    await hangUp(service);
    expect(await service.ended).toMatchObject({ signal: 'SIGHUP' });
  });

  it.skipIf(!canMakeTerminal)('ends a program whose terminal is closed, and loses no line', async () => {
    await write('INFO');
    const service = run('plain', true);
    await hangUp(service);
    // 128 + 1 is how the program that made the terminal says "of signal 1".
    expect(await service.ended).toMatchObject({ code: 129 });
    expect(service.lines.map(({ event }) => event)).toEqual(['ready', 'telemetry_shutdown']);
  });

  it.skipIf(!canMakeTerminal)('ends nothing in a terminal where the application handles it', async () => {
    await write('INFO');
    const service = run('own-handler', true);
    const pid = await hangUp(service);
    await service.line('handled_by_application');
    await service.line('configuration_reloaded');
    process.kill(pid, 'SIGTERM');
    await service.ended;
    expect(service.lines.at(-1)).toMatchObject({ event: 'telemetry_shutdown' });
  });
});

describe('a process that watches its file', () => {
  it('ends when it has nothing else to do', async () => {
    await write('INFO', '{}');
    expect(await run('unheld').ended).toEqual({ code: 0, signal: null });
  });
});
