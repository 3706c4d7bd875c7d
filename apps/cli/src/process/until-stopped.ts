import type { ObservabilityConfig } from '@autotrader/observability';
import { loadSettings, type Running, type Settings, type SettingsOverrides } from '@autotrader/server';
import type { GlobalOptions } from '../cli-command.ts';
import type { CliContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { startTelemetry } from './telemetry.ts';

export interface LongRunning {
  readonly globals: GlobalOptions;
  readonly context: CliContext;
  readonly overrides: SettingsOverrides;
  start(given: { settings: Settings; observability: ObservabilityConfig; version: string }): Promise<Running>;
  /** Called once, when everything listens. */
  onStarted?(running: Running): void | Promise<void>;
}

/** What telemetry gets after the parts have stopped; where they stopped at once it has the rest of two seconds. */
const telemetryMs = 400;
const stopWithinMs = 1_900;

/**
 * Runs until Ctrl-C or SIGTERM, which is how a server is meant to end: exit code 0. A failed start closes what was
 * opened and is thrown. Stopping ends within two seconds, or `shutdown_timeout` and a little more where that is longer.
 */
export async function runUntilStopped(options: LongRunning): Promise<ExitCode> {
  const { globals, context, overrides } = options;
  const { settings } = await loadSettings({ file: globals.config, env: context.env, overrides });
  const telemetry = await startTelemetry({ globals, context, logTo: 'stdout' });
  let stoppedAtMs = performance.now();
  try {
    const running = await options.start({ settings, observability: telemetry.config, version: context.version });
    await options.onStarted?.(running);
    await aborted(context.signal);
    stoppedAtMs = performance.now();
    await running.close();
  } finally {
    await endsBy(telemetry.shutdown(), stoppedAtMs + Math.max(settings.shutdownMs + telemetryMs, stopWithinMs));
  }
  return exitCodes.done;
}

/** Waits no longer than that: a collector that hangs must not keep a stopped process. */
async function endsBy(work: Promise<unknown>, atMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise((resolve) => {
    timer = setTimeout(resolve, Math.max(0, atMs - performance.now()));
  });
  await Promise.race([work, over]);
  clearTimeout(timer);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
