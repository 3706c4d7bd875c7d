import type { AnyValue, Attributes } from './common-model.ts';

// Deeper than what is read back (`decode-budget.ts`) nothing is written; a value that holds itself ends there too.
export const maxWrittenDepth = 60;

/** Attributes while they are read. */
export type AttributeMap = Record<string, AnyValue>;

/** Without a prototype: names come from anybody, and `__proto__` or `constructor` are names like others. */
export function createAttributes(): AttributeMap {
  return Object.create(null) as AttributeMap;
}

/** Shared by all that have none. */
export const noAttributes: Attributes = Object.freeze(createAttributes());

export function isList(value: readonly AnyValue[] | Attributes): value is readonly AnyValue[] {
  return Array.isArray(value);
}
