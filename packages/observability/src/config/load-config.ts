import type { z } from 'zod';
import type { LoadConfigOptions, LoadedConfig } from './read-layers.ts';

export type { LoadConfigOptions, LoadedConfig } from './read-layers.ts';

/**
 * Reads a configuration and checks all of it.
 *
 * @throws ConfigError with every problem at once, each naming file, line, key, what was expected and what came
 */
export async function loadConfig<S extends z.ZodType>(options: LoadConfigOptions<S>): Promise<z.output<S>> {
  return (await loadConfigWithOrigins(options)).config;
}

/** Like `loadConfig`, and says for every key which layer won. */
export async function loadConfigWithOrigins<S extends z.ZodType>(
  options: LoadConfigOptions<S>,
): Promise<LoadedConfig<z.output<S>>> {
  // Loaded by those who read a configuration, not with the library: its messages alone are a tenth of it.
  const { readLayers } = await import('./read-layers.ts');
  return readLayers(options);
}
