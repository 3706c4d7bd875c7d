import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

type Line = Readonly<Record<string, unknown>>;

/** An application of the folder `fixtures`, started with the flag. */
export interface RegisteredApp {
  readonly child: ChildProcess;
  /** What it wrote by now, of ours and its own. */
  readonly lines: readonly Line[];
  /** Waits for a line. */
  line(isMeant: (line: Line) => boolean): Promise<Line>;
  /** What it sent besides its address. */
  readonly messages: readonly unknown[];
  /** Waits for the address that it sends when it listens. */
  readonly url: Promise<string>;
}

const registerPath = fileURLToPath(new URL('../register.ts', import.meta.url));

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Loaded before register. */
  readonly before?: string;
}

export function startRegistered(app: string, { env = {}, before }: StartOptions = {}): RegisteredApp {
  const fixture = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
  const loaders = ['--import', 'tsx', '--conditions=@autotrader/source'];
  const child = fork(fixture(app), {
    execArgv: [...loaders, ...(before === undefined ? [] : ['--import', fixture(before)]), '--import', registerPath],
    env: { ...process.env, METRICS_PORT: '0', OTEL_TRACES_EXPORTER: 'console', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: Line[] = [];
  const messages: unknown[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (text) => {
    lines.push(JSON.parse(text) as Line);
    for (const look of waiting) look();
  });
  const url = new Promise<string>((resolve) => {
    child.on('message', (message) => (typeof message === 'string' ? resolve(message) : messages.push(message)));
  });
  const line = (isMeant: (line: Line) => boolean): Promise<Line> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = lines.find(isMeant);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { child, lines, messages, line, url };
}
