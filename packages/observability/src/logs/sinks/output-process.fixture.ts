import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const loader = fileURLToPath(new URL('./ts-threads.fixture.mjs', import.meta.url));
const script = fileURLToPath(new URL('./output.fixture.ts', import.meta.url));

/** A log line as a test reads it. */
export type Line = Readonly<Record<string, unknown>>;

/** What became of an application that was started for a test. */
export interface EndedProcess {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: readonly Line[];
  readonly stderr: readonly Line[];
  readonly elapsedMs: number;
}

/** What a running application has written so far. */
export interface LiveOutput {
  stdout: string;
  stderr: string;
}

/** Starts the application; resolves when it has ended. @param stdout a descriptor to write to instead of the test's pipe */
export function runOutputs(
  plan: Readonly<Record<string, unknown>>,
  during: (child: ChildProcess, output: LiveOutput) => void = () => undefined,
  stdout: 'pipe' | number = 'pipe',
): Promise<EndedProcess> {
  const startedMs = performance.now();
  const child = fork(script, [JSON.stringify(plan)], {
    execArgv: ['--import', loader, '--conditions=@autotrader/source'],
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', stdout, 'pipe', 'ipc'],
    timeout: 15_000,
    killSignal: 'SIGKILL',
  });
  const output: LiveOutput = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    output.stdout += part;
  });
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    output.stderr += part;
  });
  during(child, output);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({
        code,
        signal,
        stdout: parseLines(output.stdout),
        stderr: parseLines(output.stderr),
        elapsedMs: performance.now() - startedMs,
      });
    });
  });
}

/** Lines that are not JSON, such as the report of an uncaught error, come as `{ text }`. */
export function parseLines(text: string): Line[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (line.startsWith('{') ? (JSON.parse(line) as Line) : { text: line }));
}

/** The lines of a file, none where there is none. */
export function readLines(path: string): Line[] {
  return existsSync(path) ? parseLines(readFileSync(path, 'utf8')) : [];
}

/** The numbers of a burst's lines, in the order they arrived. */
export function indexes(lines: readonly Line[], event = 'line_written'): unknown[] {
  return lines.filter((line) => line['event'] === event || line['msg'] === event).map((line) => line['index']);
}

/** 0 … count − 1. */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
