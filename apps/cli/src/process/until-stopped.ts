import { loadSettings, type Running, type Settings, type SettingsOverrides } from '@autotrader/server';
import type { GlobalOptions } from '../cli-command.ts';
import type { CliContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { startTelemetry } from './telemetry.ts';

export interface LongRunning {
  readonly globals: GlobalOptions;
  readonly context: CliContext;
  readonly overrides: SettingsOverrides;
  start(given: { settings: Settings; version: string }): Promise<Running>;
  /** Called once, when everything listens. */
  onStarted?(running: Running): void | Promise<void>;
}

/**
 * Runs until Ctrl-C or SIGTERM, which is how a server is meant to end: exit code 0. A failed start closes what was
 * opened and is thrown.
 */
export async function runUntilStopped(options: LongRunning): Promise<ExitCode> {
  const { globals, context, overrides } = options;
  const { settings } = await loadSettings({ file: globals.config, env: context.env, overrides });
  const telemetry = await startTelemetry({ globals, env: context.env, logTo: 'stdout' });
  try {
    const running = await options.start({ settings, version: context.version });
    await options.onStarted?.(running);
    await aborted(context.signal);
    await running.close();
  } finally {
    await telemetry.shutdown();
  }
  return exitCodes.done;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
