import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  /** Both streams, as they came. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly input?: string;
}

/** Runs a program without a shell and keeps both of its streams. Rejects only when it cannot be started. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd });
    const chunks: Buffer[] = [];
    const stdout: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      stdout.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const ending = signal === null ? '' : `\n${command} was ended by ${signal}\n`;
      resolve({
        exitCode: code ?? 1,
        stdout: Buffer.concat(stdout).toString('utf8'),
        output: Buffer.concat(chunks).toString('utf8') + ending,
      });
    });
    child.stdin.on('error', () => {}); // The program may end before it has read its input; its exit code says why.
    child.stdin.end(options.input ?? '');
  });
}
