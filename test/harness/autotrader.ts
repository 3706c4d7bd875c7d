import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createLineStream, type LineStream } from './line-stream.ts';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
const main = fileURLToPath(new URL('../../apps/cli/dist/main.js', import.meta.url));

export interface LogLine {
  readonly timestamp: string;
  readonly level: string;
  readonly logger: string;
  readonly event: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly [field: string]: unknown;
}

export interface Place {
  /** Working folder: where `./data` goes and where `configs/` is looked for. */
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Process {
  readonly pid: number;
  readonly stdout: LineStream;
  readonly stderr: LineStream;
  readonly ended: Promise<Ended>;
  /** The first log line of this event, past or future, that also satisfies `where`. */
  event(name: string, where?: (line: LogLine) => boolean, timeoutMs?: number): Promise<LogLine>;
  logs(): readonly LogLine[];
  kill(signal: NodeJS.Signals): void;
  /** Sends the signal and waits for the end; answers with how it ended and how long that took. */
  stop(signal?: NodeJS.Signals): Promise<Ended & { readonly tookMs: number }>;
}

export function startAutotrader(args: readonly string[], place: Place): Process {
  if (!existsSync(main)) throw new Error('apps/cli/dist/main.js is not there: run "npm run build" first');
  return startNode([main, ...args], place);
}

/** A Node child whose environment is this machine's least: nothing a developer has set changes a test. */
export function startNode(args: readonly string[], place: Place): Process {
  const child = spawn(process.execPath, args, {
    cwd: place.cwd,
    // What one leaves for its next start is no other's.
    env: { PATH: process.env['PATH'], HOME: place.cwd, STATE_DIRECTORY: place.cwd, ...place.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return toProcess(child);
}

/** Runs to the end. */
export async function runAutotrader(args: readonly string[], place: Place) {
  const running = startAutotrader(args, place);
  const ended = await running.ended;
  return { ...ended, stdout: running.stdout.text, stderr: running.stderr.text };
}

export function toProcess(child: ChildProcess): Process {
  const [stdout, stderr] = [createLineStream(), createLineStream()];
  child.stdout?.setEncoding('utf8').on('data', stdout.push);
  child.stderr?.setEncoding('utf8').on('data', stderr.push);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const why = `the process ended with ${code ?? signal}\n${stderr.text}`;
      stderr.end(why);
      stdout.end(why);
      resolve({ code, signal });
    });
  });
  ended.catch(() => undefined);
  const kill = (signal: NodeJS.Signals) => void child.kill(signal);
  return {
    pid: child.pid ?? -1,
    stdout,
    stderr,
    ended,
    kill,
    event: (name, where = () => true, timeoutMs) =>
      stdout.first(
        `event "${name}"`,
        (line) => {
          const log = parseLog(line);
          return log?.event === name && where(log) ? log : undefined;
        },
        timeoutMs,
      ),
    logs: () => stdout.lines.map(parseLog).filter((log) => log !== null),
    async stop(signal = 'SIGTERM') {
      const startedMs = performance.now();
      kill(signal);
      return { ...(await ended), tookMs: performance.now() - startedMs };
    },
  };
}

export function parseLog(line: string): LogLine | null {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return null;
  }
}
