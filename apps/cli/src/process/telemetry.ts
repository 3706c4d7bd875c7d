import { existsSync } from 'node:fs';
import { initObservability, type Observability } from '@autotrader/observability';
import type { GlobalOptions } from '../cli-command.ts';
import type { CliContext } from '../context.ts';

const defaultFile = 'configs/observability.yaml';

export interface TelemetryRequest {
  readonly globals: GlobalOptions;
  readonly context: Pick<CliContext, 'env' | 'version'>;
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
export function startTelemetry({ globals, context, logTo }: TelemetryRequest): Promise<Observability> {
  const file = observabilityFile(globals, context.env);
  const level = globals.logLevel ?? (logTo === 'stderr' && !context.env['LOG_LEVEL'] ? 'ERROR' : undefined);
  return initObservability({
    logTo,
    config: file ?? undefined,
    // The version is a fact of the software; the name is one only where no file gives another.
    env: {
      APP_VERSION: context.version,
      ...(file === null ? { OTEL_SERVICE_NAME: 'autotrader' } : {}),
      ...context.env,
    },
    ...(level === undefined ? {} : { overrides: { logging: { level } } }),
  });
}
