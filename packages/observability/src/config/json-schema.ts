/** JSON Schema as plain data. */
export type JsonSchema = { readonly [key: string]: unknown };

/** The part of a zod schema that makes JSON Schema of it. */
export interface DescribableSchema {
  toJSONSchema(options: { readonly io: 'input'; readonly unrepresentable: 'any' }): JsonSchema;
}

/** How a file stands around what its schema describes. */
export interface FileSchemaOptions {
  /** Shown by editors. */
  readonly title: string;
  /** The one key of the file under which everything stands. */
  readonly rootKey?: string;
}

/**
 * The JSON Schema (2020-12) of a YAML file, for editors: completion, help and underlined mistakes. Every value may also be
 * left to the environment with `${NAME:default}`.
 */
export function toFileJsonSchema(schema: DescribableSchema, { title, rootKey }: FileSchemaOptions): JsonSchema {
  const { $schema, ...body } = schema.toJSONSchema({ io: 'input', unrepresentable: 'any' });
  const content = allowSubstitution(body) as JsonSchema;
  return { $schema, title, ...(rootKey === undefined ? content : wrap(rootKey, content)) };
}

/** The JSON Schema of files with an `observability:` section. The schema library is loaded only by those who ask. */
export async function readObservabilityJsonSchema(): Promise<JsonSchema> {
  const { observabilitySchema } = await import('./schema.ts');
  return toFileJsonSchema(observabilitySchema, { title: 'Telemetry', rootKey: 'observability' });
}

const substitution = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:.*)?\\}' } as const;

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
  // Names of keys are never left to the environment.
  if (key === 'propertyNames') return value;
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
