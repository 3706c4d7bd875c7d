import { type ConfigPrinter, createConfigPrinter, loadObservabilityConfig } from '@autotrader/observability';
import { loadSettings } from '@autotrader/server';
import type { GlobalOptions } from './cli-command.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { observabilityFile } from './process/telemetry.ts';

/** One setting that holds. */
export interface PrintedSetting {
  readonly key: string;
  /** The value without what it holds of secrets; `null` where there is none, and of a secret. */
  readonly value: unknown;
  /** Present where the value is a secret. */
  readonly secret?: 'set' | 'not set';
  /** `command line`, `environment NAME`, `file:line:column` or `default`. */
  readonly origin: string;
}

/**
 * Prints every setting that holds: as `dotted.key: value`, with `--origin` where it came from, or as JSON
 * `{"settings": [{key, value, secret?, origin}], "warnings": [text]}`.
 *
 * @throws ConfigError when a file is wrong
 */
export async function printConfig(options: {
  readonly globals: GlobalOptions;
  readonly origin: boolean;
  readonly format?: 'text' | 'json' | undefined;
  readonly context: CliContext;
}): Promise<ExitCode> {
  const { globals, origin, context } = options;
  const { settings, warnings } = await readAll(globals, context.env);
  if (options.format === 'json') {
    context.stdout.write(`${JSON.stringify({ settings, warnings }, null, 2)}\n`);
    return exitCodes.done;
  }
  for (const setting of settings) {
    const line = `${setting.key}: ${setting.secret === undefined ? JSON.stringify(setting.value) : `(${setting.secret})`}`;
    context.stdout.write(origin ? `${line}  # ${setting.origin}\n` : `${line}\n`);
  }
  for (const warning of warnings) context.stderr.write(`autotrader: ${warning}\n`);
  return exitCodes.done;
}

async function readAll(
  globals: GlobalOptions,
  env: CliContext['env'],
): Promise<{ settings: PrintedSetting[]; warnings: string[] }> {
  const { logLevel: level } = globals;
  const settings = await loadSettings({ file: globals.config, env });
  const telemetry = await loadObservabilityConfig({
    file: observabilityFile(globals, env) ?? undefined,
    env,
    overrides: level === undefined ? undefined : { logging: { level } },
  });
  const printer = createConfigPrinter(telemetry.config.logging.redact_fields);
  const parts = { autotrader: settings, observability: telemetry };
  return {
    settings: Object.entries(parts).flatMap(([root, { config, origins }]) =>
      [...origins].map(([key, from]) => toPrinted({ key, value: valueAt(config, key), root, from, printer })),
    ),
    warnings: telemetry.warnings.map(({ where, message }) => `${where}: ${message}`),
  };
}

function toPrinted(setting: {
  readonly key: string;
  readonly value: unknown;
  readonly root: string;
  readonly from: string;
  readonly printer: ConfigPrinter;
}): PrintedSetting {
  const { key, value, root, from: origin, printer } = setting;
  const name = `${root}.${key}`;
  const isSet = value !== undefined && value !== null && value !== '';
  if (printer.isSecretKey(key)) return { key: name, value: null, secret: isSet ? 'set' : 'not set', origin };
  return { key: name, value: printer.toPrintable(key, value), origin };
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
