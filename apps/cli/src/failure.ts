import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

/** What a person is told of an error: what happened, what to do, and the code to search for. */
export interface Failure {
  readonly message: string;
  readonly remedy: string | null;
  readonly code: string | null;
  readonly exitCode: ExitCode;
  readonly stack: string | null;
}

/** Errors of the operating system that reach us unwrapped, in words. */
const systemErrors: Readonly<Record<string, { what: string; remedy: string }>> = {
  EADDRINUSE: { what: 'is in use by another program', remedy: 'Choose another port, or 0 for any free one.' },
  EACCES: {
    what: 'may not be used by this user',
    remedy: 'Choose one that this user may use, or change its permissions.',
  },
  EADDRNOTAVAIL: {
    what: 'is not an address of this machine',
    remedy: 'Listen on 127.0.0.1, or on an address this machine has.',
  },
  ENOSPC: { what: 'has no space left', remedy: 'Free some space and run the command again.' },
  EROFS: { what: 'is on a read-only file system', remedy: 'Choose a folder that can be written.' },
};

/** The next step for errors of packages that do not know which command was run. */
const remedies: Readonly<Record<string, string>> = {
  OBS_CONFIG_MISSING: 'Create the file, or name another one with --config or --observability-config.',
  OBS_CONFIG_UNREADABLE: 'Name a file that this user may read, or change its permissions.',
  OBS_CONFIG_SYNTAX: 'Correct these lines; "autotrader config check" reads them all again.',
  OBS_CONFIG_INVALID: 'Correct these lines; "autotrader config check" reads them all again.',
};

export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return {
      message: `failed with ${String(error)}`,
      remedy: null,
      code: null,
      exitCode: exitCodes.failed,
      stack: null,
    };
  }
  const code = textOf(error, 'code');
  return {
    message: systemMessage(error) ?? (error.message === '' ? error.name : error.message),
    remedy: textOf(error, 'remedy') ?? systemErrors[code ?? '']?.remedy ?? remedies[code ?? ''] ?? null,
    code,
    exitCode: exitCodeOf(error, code),
    stack: error.stack ?? null,
  };
}

export function writeFailure(failure: Failure, to: { context: CliContext; debug: boolean }): void {
  const code = failure.code === null ? '' : ` (${failure.code})`;
  const lines = [`autotrader: ${failure.message}${code}`];
  if (failure.remedy !== null) lines.push(`  ${failure.remedy}`);
  if (to.debug && failure.stack !== null) lines.push(failure.stack);
  to.context.stderr.write(`${lines.join('\n')}\n`);
}

function systemMessage(error: Error): string | null {
  const row = systemErrors[textOf(error, 'code') ?? ''];
  if (row === undefined) return null;
  const address = textOf(error, 'address');
  const subject = textOf(error, 'path') ?? (address === null ? null : `port ${fieldOf(error, 'port')} on ${address}`);
  return subject === null ? null : `${subject} ${row.what}`;
}

function exitCodeOf(error: Error, code: string | null): ExitCode {
  const own = fieldOf(error, 'exitCode');
  if (own === exitCodes.usage || own === exitCodes.failed) return own;
  return code?.startsWith('OBS_CONFIG_') ? exitCodes.usage : exitCodes.failed;
}

function textOf(error: Error, key: string): string | null {
  const value = fieldOf(error, key);
  return typeof value === 'string' && value !== '' ? value : null;
}

function fieldOf(error: Error, key: string): unknown {
  return (error as unknown as Record<string, unknown>)[key];
}
