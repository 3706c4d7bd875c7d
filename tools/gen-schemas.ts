import type { GeneratedFiles, Generator } from './generate/generator.ts';

type JsonSchema = { readonly [key: string]: unknown };

/** The part of a zod schema that makes JSON Schema of it. */
interface Describable {
  toJSONSchema(options: { readonly io: 'input'; readonly unrepresentable: 'any' }): JsonSchema;
}

export interface SchemaFile {
  /** Name below configs/schema, without its ending. */
  readonly name: string;
  readonly title: string;
  /** The key everything else stands below, where the file has one. */
  readonly rootKey?: string;
  readonly schema: Describable;
}

/** For editors: completion and red underlines while a file is written. The processes check with the schemas themselves. */
export const schemasGenerator: Generator = {
  name: 'schemas',
  owns: /^configs\/schema\//,
  produce: async () => renderSchemas(await readSchemas()),
};

async function readSchemas(): Promise<SchemaFile[]> {
  const { readObservabilitySchema } = await import('@autotrader/observability');
  const { settingsFileSchema, watchlistSchema } = await import('@autotrader/server');
  return [
    { name: 'observability', title: 'Telemetry', rootKey: 'observability', schema: await readObservabilitySchema() },
    {
      name: 'autotrader',
      title: "Settings of AutoTrader's processes",
      rootKey: 'autotrader',
      schema: settingsFileSchema,
    },
    { name: 'watchlist', title: 'Tokens of the live market', schema: watchlistSchema },
  ];
}

export function renderSchemas(files: readonly SchemaFile[]): GeneratedFiles {
  return new Map(
    files.map((file) => [`configs/schema/${file.name}.json`, `${JSON.stringify(toFileSchema(file), null, 2)}\n`]),
  );
}

const substitution = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:.*)?\\}' } as const;

function toFileSchema({ title, rootKey, schema }: SchemaFile): JsonSchema {
  const { $schema, ...body } = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' });
  const content = allowSubstitution(body) as JsonSchema;
  const root = rootKey === undefined ? content : wrap(rootKey, content);
  return { $schema, title, ...root };
}

function wrap(rootKey: string, content: JsonSchema): JsonSchema {
  return { type: 'object', properties: { [rootKey]: content }, additionalProperties: false };
}

/** `${PORT:8000}` stands where a number belongs until the file is loaded. */
function allowSubstitution(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(allowSubstitution);
  if (typeof schema !== 'object' || schema === null) return schema;
  const node = schema as JsonSchema;
  if (!isLeaf(node)) return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, descend(key, value)]));
  const { title, description, default: fallback, ...constraint } = node;
  const kept = Object.entries({ title, description, default: fallback }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(kept), anyOf: [constraint, substitution] };
}

/** Values that are data, not schemas, stay as they are. */
function descend(key: string, value: unknown): unknown {
  if (key === 'default' || key === 'enum' || key === 'const' || key === 'required' || key === 'examples') return value;
  if ((key === 'properties' || key === '$defs') && typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, allowSubstitution(inner)]));
  }
  return allowSubstitution(value);
}

function isLeaf(node: JsonSchema): boolean {
  const { type } = node;
  const isFreeText =
    type === 'string' && !('enum' in node || 'pattern' in node || 'format' in node || 'maxLength' in node);
  if (isFreeText) return false;
  return type === 'string' || type === 'number' || type === 'integer' || type === 'boolean' || 'enum' in node;
}
