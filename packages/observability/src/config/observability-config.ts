import { type LoadedConfig, loadConfigWithOrigins } from './load-config.ts';
import type { ObservabilityConfig } from './schema.ts';
import type { Environment } from './substitution.ts';

/** Where the `observability:` section comes from. */
export interface ObservabilityConfigOptions {
  /** Path of the YAML file. @default the environment's OBSERVABILITY_CONFIG, else no file */
  readonly file?: string | undefined;
  /** From the command line, e.g. `{ logging: { level: 'DEBUG' } }`. */
  readonly overrides?: object | undefined;
  /** @default process.env */
  readonly env?: Environment | undefined;
}

/**
 * The `observability:` section with environment and defaults filled in, and where each value came from.
 *
 * @throws ConfigError with every problem at once
 */
export async function loadObservabilityConfig(
  options: ObservabilityConfigOptions = {},
): Promise<LoadedConfig<ObservabilityConfig>> {
  const env = options.env ?? process.env;
  // Here and not at the top: the schema library costs more to load than everything else an importer may need.
  const [{ observabilitySchema }, { observabilityVariables }, { findUnsupported }] = await Promise.all([
    import('./schema.ts'),
    import('./observability-variables.ts'),
    import('./unsupported-variables.ts'),
  ]);
  const loaded = await loadConfigWithOrigins({
    file: configFileOf(options),
    schema: observabilitySchema,
    rootKey: 'observability',
    env,
    variables: observabilityVariables,
    overrides: options.overrides,
  });
  return { ...loaded, warnings: [...loaded.warnings, ...findUnsupported(env)] };
}

/** The file that is read: the one given, else the environment's OBSERVABILITY_CONFIG, else none. */
export function configFileOf({ file, env = process.env }: ObservabilityConfigOptions): string | undefined {
  return file ?? (env['OBSERVABILITY_CONFIG'] || undefined);
}

/**
 * The schema of the `observability:` section, for documentation and editors. Asynchronous because the schema library is
 * loaded only by those who ask.
 */
export async function readObservabilitySchema(): Promise<typeof import('./schema.ts').observabilitySchema> {
  return (await import('./schema.ts')).observabilitySchema;
}
