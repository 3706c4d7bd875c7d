import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createLineStream } from '../harness/line-stream.ts';
import type { Command, Emission, SenderCounts, SenderReport } from './sender-commands.ts';

export interface LogLine {
  readonly event: string;
  readonly level: string;
  readonly [field: string]: unknown;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A service that sends. */
export interface SendingProcess {
  /** Where its file system begins, as others see it. */
  readonly root: string;
  emit(emission: Emission): Promise<void>;
  counts(): Promise<SenderCounts>;
  /** The library's shutdown; the process lives on. */
  shutdown(): Promise<SenderReport>;
  jumpClock(byMs: number): Promise<void>;
  /** Lines of this event so far. */
  lines(event: string): readonly LogLine[];
  /** Sends the signal, and waits for the end and the last line. */
  end(signal: NodeJS.Signals): Promise<Ended>;
}

export interface OwnDisk {
  readonly folder: string;
  readonly kilobytes: number;
  readonly isReadOnly?: boolean;
}

export interface SenderOptions {
  readonly endpoint: string;
  readonly spool: string;
  /** Beside or instead of what all senders have. */
  readonly exporter?: object;
  readonly performance?: object;
  readonly export?: object;
  readonly spoolSettings?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** Runs it with a file system of its own at this folder, seen by nobody else. */
  readonly disk?: OwnDisk;
}

const script = fileURLToPath(new URL('./sender.ts', import.meta.url));
const startMs = 60_000;
const commandMs = 60_000;

/** Waits are short, so that a test takes seconds for what takes minutes otherwise; everything else is the default. */
function toOverrides({ endpoint, spool, exporter, ...options }: SenderOptions): object {
  const exporters = { otlp: { enabled: true, endpoint, ...exporter } };
  return {
    service_name: 'delivery',
    logging: { format: 'json', throttling: { enabled: false }, exporters },
    metrics: { exporters },
    tracing: { exporters },
    export: {
      metrics_interval_seconds: 0.5,
      retry: { first_seconds: 0.05, longest_seconds: 0.3 },
      ...options.export,
      spool: { directory: spool, ...options.spoolSettings },
    },
    performance: { span_export_delay_seconds: 0.1, export_timeout_seconds: 10, ...options.performance },
  };
}

/** Whether a process may have a file system of its own. */
export function mayHaveOwnDisk(): boolean {
  return spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

function launch(options: SenderOptions): ChildProcess {
  const node = [
    ...['--expose-gc', '--import', 'tsx', '--conditions=@autotrader/source', script],
    JSON.stringify(toOverrides(options)),
  ];
  const settings = {
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['ignore' as const, 'pipe' as const, 'pipe' as const, 'ipc' as const],
  };
  if (options.disk === undefined) return spawn(process.execPath, node, settings);
  const { folder, kilobytes, isReadOnly = false } = options.disk;
  const access = isReadOnly ? 'ro' : 'rw';
  const mount = `mount -t tmpfs -o size="$1"k,mode=700,${access} tmpfs "$2" && shift 2 && exec "$@"`;
  const command = [mount, 'sh', String(kilobytes), folder, process.execPath, ...node];
  return spawn('unshare', ['-rm', 'sh', '-c', ...command], settings);
}

/** Resolves when it can be told what to do. It is gone when the test is over. */
export async function startSender(options: SenderOptions): Promise<SendingProcess> {
  const child = launch(options);
  const output = createLineStream();
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => {
      const why = `the sender ended with ${signal ?? code}: ${stderr}`;
      output.end(why);
      for (const { reject } of waiting.values()) reject(new Error(why));
      resolve({ code, signal });
    });
  });
  const end = async (signal: NodeJS.Signals): Promise<Ended> => {
    child.kill(signal);
    return ended;
  };
  onTestFinished(async () => void (await end('SIGKILL')));
  const receive = new Promise<void>((resolve, reject) => {
    waiting.set(0, { resolve: () => resolve(), reject });
    child.on('error', reject);
    child.on('message', (message: { id?: number; result?: unknown; error?: string }) => {
      const one = waiting.get(message.id ?? 0);
      waiting.delete(message.id ?? 0);
      if (message.error === undefined) one?.resolve(message.result);
      else one?.reject(new Error(message.error));
    });
  });
  let id = 0;
  const ask = <T>(command: Command): Promise<T> => {
    id += 1;
    const answer = new Promise<T>((resolve, reject) => {
      waiting.set(id, { resolve: (result) => resolve(result as T), reject });
    });
    child.send({ id, command });
    return within(answer, commandMs, `${command.kind} of the sender`);
  };
  await within(receive, startMs, 'the start of the sender');
  return {
    root: `/proc/${child.pid}/root`,
    emit: (emission) => ask({ kind: 'emit', ...emission }),
    counts: () => ask({ kind: 'counts' }),
    shutdown: () => ask({ kind: 'shutdown' }),
    jumpClock: (byMs) => ask({ kind: 'jump_clock', byMs }),
    lines: (event) => output.lines.map((line) => JSON.parse(line) as LogLine).filter((line) => line.event === event),
    end,
  };
}

async function within<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
