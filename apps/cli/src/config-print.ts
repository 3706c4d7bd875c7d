import { loadObservabilityConfig } from '@autotrader/observability';
import { loadSettings } from '@autotrader/server';
import type { GlobalOptions } from './cli-command.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { observabilityFile } from './process/telemetry.ts';

/** Keys whose value is never printed: keys and tokens, and headers, which are how an exporter authenticates itself. */
const secretKeys = /(^|\.)headers\.|(token|key|secret|password)$/i;

/**
 * Prints every setting that holds as `dotted.key: value`, with `--origin` where it came from.
 *
 * @throws ConfigError when a file is wrong
 */
export async function printConfig(options: {
  readonly globals: GlobalOptions;
  readonly origin: boolean;
  readonly context: CliContext;
}): Promise<ExitCode> {
  const { globals, origin, context } = options;
  const { env, stdout } = context;
  const { logLevel: level } = globals;
  const settings = await loadSettings({ file: globals.config, env });
  const telemetry = await loadObservabilityConfig({
    file: observabilityFile(globals, env) ?? undefined,
    env,
    overrides: level === undefined ? undefined : { logging: { level } },
  });
  for (const [root, { config, origins }] of Object.entries({ autotrader: settings, observability: telemetry })) {
    for (const [key, from] of origins) {
      const line = `${root}.${key}: ${shown(key, valueAt(config, key))}`;
      stdout.write(origin ? `${line}  # ${from}\n` : `${line}\n`);
    }
  }
  return exitCodes.done;
}

function shown(key: string, value: unknown): string {
  if (!secretKeys.test(key)) return JSON.stringify(value ?? null).replace(/\/\/[^/@\s"]*@/g, '//(set)@');
  return value === undefined || value === null || value === '' ? '(not set)' : '(set)';
}

/** A key of a record may have dots of its own, so the longest name that fits is taken. */
function valueAt(tree: unknown, key: string): unknown {
  if (typeof tree !== 'object' || tree === null) return undefined;
  if (Object.hasOwn(tree, key)) return (tree as Record<string, unknown>)[key];
  for (let dot = key.lastIndexOf('.'); dot > 0; dot = key.lastIndexOf('.', dot - 1)) {
    const head = key.slice(0, dot);
    if (Object.hasOwn(tree, head)) return valueAt((tree as Record<string, unknown>)[head], key.slice(dot + 1));
  }
  return undefined;
}
