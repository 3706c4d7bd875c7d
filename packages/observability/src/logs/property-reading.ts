import { types } from 'node:util';

/** Reads a property; a getter or trap that throws leaves a note in place of the value. */
export function readProperty(value: object, key: string | number): unknown {
  try {
    return (value as Readonly<Record<string | number, unknown>>)[key];
  } catch {
    return '[getter threw]';
  }
}

/**
 * The names of the enumerable properties of `value`. Engines list all of them or none: `for…in` with a break takes as long
 * as `Object.keys` (0.5 s for a million). Of a proxy only the first `checked` are asked for whether they are enumerable,
 * which costs a call of foreign code each.
 */
export function listKeys(value: object, checked: number): readonly string[] {
  if (!types.isProxy(value)) return Object.keys(value);
  const keys = Reflect.ownKeys(value).filter((key) => typeof key === 'string');
  const enumerable = keys.slice(0, checked).filter((key) => Object.getOwnPropertyDescriptor(value, key)?.enumerable);
  return keys.length > checked ? [...enumerable, ...keys.slice(checked)] : enumerable;
}

const longestArray = 2 ** 32 - 1;

/** The length of a list, which may be a proxy that says anything. */
export function toLength(length: unknown): number {
  if (typeof length !== 'number' || !(length > 0)) return 0;
  return Math.min(Math.floor(length), longestArray);
}
