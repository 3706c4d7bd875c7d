// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is the syntax under test
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type JsonSchema, readObservabilityJsonSchema, toFileJsonSchema } from './json-schema.ts';

const schema = z.strictObject({
  port: z.int().min(0).default(8000).describe('0 takes any.'),
  mode: z.enum(['a', 'b']).optional(),
  name: z.string().optional(),
  list: z.array(z.number()).default([]),
  limits: z.record(z.string().regex(/^[a-z]+$/), z.number()).default({}),
});

/** As much of a JSON Schema as these tests look at. */
interface Json {
  readonly properties: Record<string, Json>;
  readonly anyOf: readonly Json[];
  readonly items: Json;
  readonly propertyNames: Json;
  readonly additionalProperties: unknown;
  readonly default: unknown;
  readonly pattern: string;
}

function render(rootKey?: string): Json {
  return toFileJsonSchema(schema, { title: 'X', ...(rootKey === undefined ? {} : { rootKey }) }) as unknown as Json;
}

describe('the JSON Schema of a file', () => {
  it('has everything below the root key, and nothing beside it', () => {
    const file = render('app');
    expect(file).toMatchObject({
      title: 'X',
      $schema: expect.stringContaining('2020-12'),
      additionalProperties: false,
    });
    expect(Object.keys(file.properties)).toEqual(['app']);
  });

  it('leaves a number to the environment, with its default and description', () => {
    const { port } = render().properties;
    expect(port).toMatchObject({ default: 8000, description: '0 takes any.' });
    expect(port?.anyOf[0]).toMatchObject({ type: 'integer', minimum: 0 });
    expect('${PORT:8000}').toMatch(new RegExp(port?.anyOf[1]?.pattern ?? 'none'));
  });

  it('leaves a closed list to the environment, and items of a list', () => {
    const { mode, list } = render().properties;
    expect(mode?.anyOf[0]).toEqual({ type: 'string', enum: ['a', 'b'] });
    expect(list?.items.anyOf[0]).toEqual({ type: 'number' });
    expect(list?.default).toEqual([]);
  });

  it('makes no exception for free text, nor for the names of keys', () => {
    const { name, limits } = render().properties;
    expect(name).toEqual({ type: 'string' });
    expect(limits?.propertyNames).toEqual({ type: 'string', pattern: '^[a-z]+$' });
  });
});

describe('the JSON Schema of the observability section', () => {
  /** Every key with what stands about it, by dotted path. */
  function keysOf(node: JsonSchema, path: string): [string, JsonSchema][] {
    const properties = (node['properties'] ?? {}) as Record<string, JsonSchema>;
    return Object.entries(properties).flatMap(([name, child]): [string, JsonSchema][] => {
      const key = path === '' ? name : `${path}.${name}`;
      return [[key, child], ...keysOf(child, key)];
    });
  }

  it('helps with every key, and names the default of all that have one', async () => {
    const file = await readObservabilityJsonSchema();
    const keys = keysOf(file, '').filter(([key]) => key !== 'observability' && !key.includes('.integrations.'));
    expect(keys.length).toBeGreaterThan(80);
    expect(keys.filter(([, node]) => typeof node['description'] !== 'string').map(([key]) => key)).toEqual([]);
    const withoutDefault = keys.filter(([, node]) => !('default' in node)).map(([key]) => key);
    const files = ['endpoint', 'tls.ca_file', 'tls.cert_file', 'tls.key_file'];
    const otlp = (section: string, own: string): string[] =>
      [...files, own].map((key) => `observability.${section}.exporters.otlp.${key}`);
    expect(withoutDefault).toEqual([
      'observability.logging.redaction.pseudonym_key',
      ...otlp('logging', 'logs_endpoint'),
      ...otlp('metrics', 'metrics_endpoint'),
      'observability.metrics.access.tls',
      'observability.metrics.access.tls.cert_file',
      'observability.metrics.access.tls.key_file',
      'observability.tracing.limits.attribute_value_length',
      ...otlp('tracing', 'traces_endpoint'),
      'observability.export.spool.directory',
    ]);
  });
});
