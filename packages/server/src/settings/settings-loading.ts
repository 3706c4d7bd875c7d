import { existsSync } from 'node:fs';
import { loadConfigWithOrigins } from '@autotrader/observability';
import { z } from 'zod';
import type { Environment, Settings, SettingsOverrides } from './settings.ts';
import { type MarketKind, type SettingsFile, settingsFileSchema } from './settings-schema.ts';

const defaultFile = 'configs/autotrader.yaml';

/** How often the watchlist is scanned when nobody said: the simulation is free, the free plans of real hosts are not. */
const everyMsByMarket: Record<MarketKind, number | null> = { simulated: 60_000, live: 900_000, replay: null };

/** Environment variables that set a key directly, whatever the file says. */
const variables = {
  market: ['AUTOTRADER_MARKET'],
  database_url: ['DATABASE_URL'],
  watchlist: ['AUTOTRADER_WATCHLIST'],
  'api.host': ['HOST'],
  'api.port': ['PORT'],
  'api.token': ['AUTOTRADER_API_TOKEN'],
  'metrics.port': ['METRICS_PORT'],
  'simulator.url': ['AUTOTRADER_SIMULATOR_URL'],
  'replay.recordings': ['AUTOTRADER_RECORDINGS'],
  'sources.coingecko.api_key': ['COINGECKO_API_KEY'],
  'sources.goplus.api_key': ['GOPLUS_API_KEY'],
} as const;

export interface SettingsRequest {
  /** Must exist when given. Wins over AUTOTRADER_CONFIG; without either, `configs/autotrader.yaml` is read where there is one. */
  readonly file?: string | undefined;
  readonly env: Environment;
  readonly overrides?: SettingsOverrides | undefined;
}

export interface LoadedSettings {
  readonly settings: Settings;
  /** The same under the keys of the file; lengths of time in milliseconds. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The file that was read; `null` when there was none and the defaults hold. */
  readonly file: string | null;
  /** Dotted key of the file to `command line`, `environment NAME`, `file:line:column` or `default`. */
  readonly origins: ReadonlyMap<string, string>;
}

/**
 * Settings by command line, environment, file and default, in this order.
 *
 * @throws ConfigError of `@autotrader/observability` with every fault at once, wherever the value came from
 */
export async function loadSettings(request: SettingsRequest): Promise<LoadedSettings> {
  const file = settingsFile(request);
  const layers = {
    ...(file === null ? {} : { file }),
    env: request.env,
    rootKey: 'autotrader',
    variables,
    overrides: toFileKeys(request.overrides ?? {}),
  };
  const { config, origins } = await loadConfigWithOrigins({ ...layers, schema: settingsFileSchema });
  // The sources' schema gives its keys other names, under which no origin is found.
  const asWritten = settingsFileSchema.extend({ sources: z.unknown().optional() });
  const written = await loadConfigWithOrigins({ ...layers, schema: asWritten });
  return {
    settings: toSettings(config),
    config: { ...config, sources: withFileNames(config.sources) },
    file,
    origins: new Map(
      [...origins].map(([key, origin]) => {
        const name = key.startsWith('sources.') ? toFileName(key) : key;
        return [name, name === key ? origin : (written.origins.get(name) ?? 'default')];
      }),
    ),
  };
}

function settingsFile({ file, env }: SettingsRequest): string | null {
  const named = file ?? env['AUTOTRADER_CONFIG'];
  if (named !== undefined && named !== '') return named;
  return existsSync(defaultFile) ? defaultFile : null;
}

function toFileName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function withFileNames(tree: object): object {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]: [string, unknown]) => [
      toFileName(key),
      typeof value === 'object' && value !== null && !Array.isArray(value) ? withFileNames(value) : value,
    ]),
  );
}

/** Command-line values under the keys of the file, so that they pass the same checks. */
function toFileKeys(given: SettingsOverrides): object {
  return {
    market: given.market,
    database_url: given.databaseUrl,
    watchlist: given.watchlistFile,
    api: { host: given.host, port: given.port },
    metrics: { address: given.metricsAddress, port: given.metricsPort },
    simulator: {
      url: given.simulatorUrl,
      seed: given.seed,
      address: given.simulatorAddress,
      port: given.simulatorPort,
    },
    replay: { recordings: given.recordings },
  };
}

function toSettings(file: SettingsFile): Settings {
  const { every } = file.scan;
  return {
    market: file.market,
    databaseUrl: file.database_url,
    watchlistFile: file.watchlist,
    api: file.api,
    metrics: file.metrics,
    scan: {
      everyMs: every === 'auto' ? everyMsByMarket[file.market] : every === 'off' ? null : every,
      deadlineMs: file.scan.deadline,
    },
    worker: {
      concurrency: file.worker.concurrency,
      leaseMs: file.worker.lease,
      pollMs: file.worker.poll,
      attempts: file.worker.attempts,
    },
    shutdownMs: file.shutdown_timeout,
    simulator: file.simulator,
    replay: file.replay,
    sources: file.sources,
  };
}
