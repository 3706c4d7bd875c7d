import type { DescribableSchema } from '@autotrader/observability';
import type { GeneratedFiles, Generator } from './generate/generator.ts';

export interface SchemaFile {
  /** Where it is written, from the workspace root. */
  readonly paths: readonly string[];
  readonly schema: Readonly<Record<string, unknown>>;
}

/**
 * For editors: completion, help and red underlines while a file is written. The processes check with the schemas
 * themselves. The library's own is shipped with it as well, for those who use it without this repository.
 */
export const schemasGenerator: Generator = {
  name: 'schemas',
  owns: /^(?:configs|packages\/observability)\/schema\//,
  produce: async () => renderSchemas(await readSchemas()),
};

async function readSchemas(): Promise<SchemaFile[]> {
  const { readObservabilityJsonSchema, toFileJsonSchema } = await import('@autotrader/observability');
  const { settingsFileSchema, watchlistSchema } = await import('@autotrader/server');
  const toFile = (schema: DescribableSchema, title: string, rootKey?: string) =>
    toFileJsonSchema(schema, { title, ...(rootKey === undefined ? {} : { rootKey }) });
  return [
    {
      paths: ['configs/schema/observability.json', 'packages/observability/schema/observability.json'],
      schema: await readObservabilityJsonSchema(),
    },
    {
      paths: ['configs/schema/autotrader.json'],
      schema: toFile(settingsFileSchema, "Settings of AutoTrader's processes", 'autotrader'),
    },
    { paths: ['configs/schema/watchlist.json'], schema: toFile(watchlistSchema, 'Tokens of the live market') },
  ];
}

export function renderSchemas(files: readonly SchemaFile[]): GeneratedFiles {
  return new Map(
    files.flatMap(({ paths, schema }) => paths.map((path) => [path, `${JSON.stringify(schema, null, 2)}\n`] as const)),
  );
}
