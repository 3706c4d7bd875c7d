#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import type { Output } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { toFailure, writeFailure } from './failure.ts';
import { watchParent } from './process/parent-watch.ts';
import { runCli } from './program.ts';

const stop = new AbortController();

/** One Ctrl-C may arrive twice: from the terminal, and handed on by the npm that runs us. */
const sameKeyMs = 100;
let firstSignalMs = Number.NaN;

function onSignal(): void {
  if (performance.now() - firstSignalMs < sameKeyMs) return;
  if (stop.signal.aborted) process.exit(exitCodes.interrupted);
  firstSignalMs = performance.now();
  stop.abort();
}

function toOutput(stream: NodeJS.WriteStream): Output {
  // `autotrader scan | head` closes the pipe early: the reader has what it wanted.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
  });
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80;
    },
    write: (text) => {
      stream.write(text);
    },
  };
}

const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const context = {
  env: process.env,
  stdout: toOutput(process.stdout),
  stderr: toOutput(process.stderr),
  signal: stop.signal,
  version: manifest.version,
};

function onUncaught(error: unknown): void {
  const debug = process.env['LOG_LEVEL']?.toUpperCase() === 'DEBUG';
  writeFailure({ ...toFailure(error), exitCode: exitCodes.failed }, { context, debug });
  process.exit(exitCodes.failed);
}

process.on('SIGINT', onSignal);
process.on('SIGTERM', onSignal);
if (process.env['npm_lifecycle_event'] !== undefined) watchParent(() => stop.abort());
process.on('uncaughtException', onUncaught);
process.on('unhandledRejection', onUncaught);

/** A pipe takes what it is given later, and an exit would not wait for it. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}

const exitCode = await runCli(process.argv.slice(2), context);
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
process.exit(exitCode);
