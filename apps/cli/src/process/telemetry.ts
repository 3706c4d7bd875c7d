import { existsSync } from 'node:fs';
import { initObservability } from '@autotrader/observability';
import type { GlobalOptions } from '../cli-command.ts';
import type { CliContext } from '../context.ts';

const defaultFile = 'configs/observability.yaml';

export interface TelemetryRequest {
  readonly globals: GlobalOptions;
  readonly env: CliContext['env'];
  /** A command whose stdout is data logs to stderr, and there only what went wrong unless a level is asked for. */
  readonly logTo: 'stdout' | 'stderr';
}

/** Which telemetry settings hold; `null`: the defaults. */
export function observabilityFile(globals: GlobalOptions, env: CliContext['env']): string | null {
  const named = globals.observabilityConfig ?? env['OBSERVABILITY_CONFIG'];
  if (named !== undefined && named !== '') return named;
  return existsSync(defaultFile) ? defaultFile : null;
}

/** @throws ConfigError when the telemetry settings are wrong */
export async function startTelemetry(request: TelemetryRequest): Promise<{ shutdown(): Promise<void> }> {
  const { globals, env, logTo } = request;
  const file = observabilityFile(globals, env);
  const level = globals.logLevel ?? (logTo === 'stderr' && !env['LOG_LEVEL'] ? 'ERROR' : undefined);
  return initObservability({
    logTo,
    ...(file === null ? {} : { config: file }),
    ...(level === undefined ? {} : { overrides: { logging: { level } } }),
  });
}
