import type { z } from 'zod';
import type { KeyPath } from './yaml-document.ts';

/** The keys a schema allows in the object at `path`; empty when any key goes or there is no object. */
export function keysAt(schema: z.ZodType, path: KeyPath): readonly string[] {
  let current: unknown = unwrap(schema);
  for (const step of path) current = unwrap(childOf(current, step));
  const shape = definitionOf(current)?.['shape'];
  return typeof shape === 'object' && shape !== null ? Object.keys(shape) : [];
}

function childOf(schema: unknown, step: string | number): unknown {
  const definition = definitionOf(schema);
  switch (definition?.['type']) {
    case 'object':
      return Reflect.get(Object(definition['shape']), step);
    case 'array':
      return definition['element'];
    case 'record':
      return definition['valueType'];
    default:
      return undefined;
  }
}

/** Steps through optional, default, pipe and the like to the schema that names keys. */
function unwrap(schema: unknown): unknown {
  const definition = definitionOf(schema);
  if (definition === undefined) return schema;
  if (typeof definition['getter'] === 'function') return unwrap(definition['getter']());
  const inner = definition['innerType'] ?? (definition['type'] === 'pipe' ? definition['in'] : undefined);
  return inner === undefined ? schema : unwrap(inner);
}

/** zod's own description of a schema, documented for libraries that walk schemas: https://zod.dev/library-authors */
function definitionOf(schema: unknown): Record<string, unknown> | undefined {
  if (typeof schema !== 'object' || schema === null || !('_zod' in schema)) return undefined;
  const internals = schema._zod as { def?: Record<string, unknown> };
  return internals.def;
}
