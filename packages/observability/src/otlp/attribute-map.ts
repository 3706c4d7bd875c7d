import type { AnyValue, Attributes } from './common-model.ts';
import { OtlpDecodeError } from './decode-error.ts';

// Deeper than what is read back (`decode-budget.ts`) nothing is written; a value that holds itself ends there too.
export const maxWrittenDepth = 60;

/** Attributes while they are read. */
export type AttributeMap = Record<string, AnyValue>;

/** Without a prototype: names come from anybody, and `__proto__` or `constructor` are names like others. */
export function createAttributes(): AttributeMap {
  return Object.create(null) as AttributeMap;
}

// V8 hashes longer strings by nothing but their length: as names of properties, 4,000 of one length take a minute.
const maxNameLength = 16_383;

/**
 * Of a name that comes twice the first value holds.
 * @throws OtlpDecodeError OBS_OTLP_VALUE for a name no attribute has
 */
export function addAttribute(read: AttributeMap, name: string, value: AnyValue): void {
  if (name.length > maxNameLength) {
    throw new OtlpDecodeError('value', `the name of an attribute is longer than ${maxNameLength} characters`);
  }
  if (!(name in read)) read[name] = value;
}

/** Shared by all that have none. */
export const noAttributes: Attributes = Object.freeze(createAttributes());

export function isList(value: readonly AnyValue[] | Attributes): value is readonly AnyValue[] {
  return Array.isArray(value);
}
