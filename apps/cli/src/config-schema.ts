import { type JsonSchema, readObservabilityJsonSchema, toFileJsonSchema } from '@autotrader/observability';
import { settingsFileSchema, watchlistSchema } from '@autotrader/server';
import { CliError } from './cli-error.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

const schemas: Readonly<Record<string, () => JsonSchema | Promise<JsonSchema>>> = {
  observability: readObservabilityJsonSchema,
  autotrader: () =>
    toFileJsonSchema(settingsFileSchema, { title: "Settings of AutoTrader's processes", rootKey: 'autotrader' }),
  watchlist: () => toFileJsonSchema(watchlistSchema, { title: 'Tokens of the live market' }),
};

/**
 * Prints the JSON Schema of a settings file.
 *
 * @throws CliError when there is no such file
 */
export async function printSchema(file: string, { stdout }: CliContext): Promise<ExitCode> {
  const read = Object.hasOwn(schemas, file) ? schemas[file] : undefined;
  if (read === undefined) {
    const names = Object.keys(schemas).join(', ');
    throw new CliError('CLI_SCHEMA_UNKNOWN', {
      what: `there is no settings file ${JSON.stringify(file)}`,
      remedy: `Name one of ${names}.`,
    });
  }
  stdout.write(`${JSON.stringify(await read(), null, 2)}\n`);
  return exitCodes.done;
}
