import { types } from 'node:util';

/** Stands for a value whose getter or trap threw. */
export const unreadable = '[getter threw]';

/** Reads a property; a getter or trap that throws leaves a note in place of the value. */
export function readProperty(value: object, key: string | number): unknown {
  try {
    return (value as Readonly<Record<string | number, unknown>>)[key];
  } catch {
    return unreadable;
  }
}

/**
 * The names of the enumerable properties of `value`. Engines list all of them or none: `for…in` with a break takes as long
 * as `Object.keys` (0.5 s for a million). Of a proxy only the first `checked` are asked for whether they are enumerable,
 * which costs a call of foreign code each.
 */
export function listKeys(value: object, checked: number): readonly string[] {
  if (ArrayBuffer.isView(value)) return [];
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

/** Lists, bytes and boxed texts: their properties are their items, of which there may be a hundred million. */
export function isIndexed(value: object): boolean {
  return Array.isArray(value) || ArrayBuffer.isView(value) || types.isStringObject(value);
}

const longestChain = 16;

/** `instanceof` for a chain that may consist of proxies: the engine would follow one of those 100 000 steps. */
export function hasPrototype(value: object, wanted: object): boolean {
  let prototype: unknown = Object.getPrototypeOf(value);
  for (let step = 0; step < longestChain && typeof prototype === 'object' && prototype !== null; step += 1) {
    if (prototype === wanted) return true;
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}
