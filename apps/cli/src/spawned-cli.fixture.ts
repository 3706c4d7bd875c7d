import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const tsx = import.meta.resolve('tsx');

export interface SpawnOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Sent as soon as stdout or stderr contains the text. */
  readonly signalAt?: { readonly text: string; readonly signal: NodeJS.Signals };
}

export interface Spawned {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the signal, where one was sent, to the end. */
  readonly endedAfterMs: number;
}

/** The command as a user's shell runs it, from source and without a build. */
export function spawnCli(args: readonly string[], options: SpawnOptions): Promise<Spawned> {
  const child = spawn(process.execPath, ['--import', tsx, '--conditions=@autotrader/source', main, ...args], {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], HOME: options.cwd, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { stdout: '', stderr: '' };
  let signalledMs = performance.now();
  let waiting = options.signalAt;
  const look = () => {
    if (waiting === undefined || !(written.stdout + written.stderr).includes(waiting.text)) return;
    signalledMs = performance.now();
    child.kill(waiting.signal);
    waiting = undefined;
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      look();
    });
  }
  const giveUp = setTimeout(() => child.kill('SIGKILL'), 30_000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(giveUp);
      resolve({ code, ...written, endedAfterMs: performance.now() - signalledMs });
    });
  });
}
