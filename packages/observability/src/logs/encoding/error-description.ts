import { types } from 'node:util';
import { hasPrototype, isIndexed, listKeys, readProperty } from './property-reading.ts';

/** The shape in which a thrown value is logged; `fields` holds what a library attached (status, request, headers). */
export interface ErrorDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly fields?: Readonly<Record<string, unknown>>;
}

const longestName = 200;
const mostFields = 200;

const described = new Set(['name', 'message', 'code', 'stack', 'cause', 'errors']);

/** Describes any thrown value without ever throwing; values inside stay as they are for the encoder to clean. */
export function describeError(thrown: unknown): ErrorDescription {
  if (typeof thrown !== 'object' || thrown === null) {
    return { type: typeof thrown, message: describePrimitive(thrown) };
  }
  const message = readProperty(thrown, 'message');
  const stack = readProperty(thrown, 'stack');
  const code = readProperty(thrown, 'code');
  const cause = readProperty(thrown, 'cause');
  const errors = readProperty(thrown, 'errors');
  const fields = attachedFields(thrown);
  return {
    type: typeName(thrown),
    message: message === undefined ? '' : describePrimitive(message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(cause === undefined ? {} : { cause }),
    ...(isArray(errors) ? { errors } : {}),
    ...(fields === undefined ? {} : { fields }),
  };
}

/** Whether `value` is an error of any realm; false for what cannot even be asked. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return types.isNativeError(value) || hasPrototype(value, Error.prototype);
  } catch {
    return false;
  }
}

/** The name a reader would search for: a subclass that never set `name` still says which class it is. */
export function typeName(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown;
  const name = readProperty(thrown, 'name');
  const maker = readProperty(thrown, 'constructor');
  const className = typeof maker === 'function' ? readProperty(maker, 'name') : undefined;
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name.slice(0, longestName);
  if (typeof className === 'string' && className !== '') return className.slice(0, longestName);
  return 'Error';
}

/** What a library hung on the error: status, request, response. */
function attachedFields(thrown: object): Record<string, unknown> | undefined {
  const fields: Record<string, unknown> = Object.create(null);
  let count = 0;
  try {
    if (isIndexed(thrown)) return { value: thrown };
    for (const key of listKeys(thrown, mostFields).slice(0, mostFields)) {
      // Without the name beside it, redaction could not tell what a `value` is.
      const namesValue = key === 'name' && Object.hasOwn(thrown, 'value');
      if (described.has(key) && !namesValue) continue;
      const value = readProperty(thrown, key);
      if (value === undefined || typeof value === 'function') continue;
      fields[key] = value;
      count += 1;
    }
  } catch {
    return undefined;
  }
  return count === 0 ? undefined : fields;
}

function isArray(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

function describePrimitive(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '[unreadable]';
  }
}
