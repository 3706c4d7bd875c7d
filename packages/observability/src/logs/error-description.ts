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

const described = new Set(['name', 'message', 'code', 'stack', 'cause', 'errors']);

/** Describes any thrown value without ever throwing; values inside stay as they are for the encoder to clean. */
export function describeError(thrown: unknown): ErrorDescription {
  if (typeof thrown !== 'object' || thrown === null) {
    return { type: typeof thrown, message: describePrimitive(thrown) };
  }
  const message = read(thrown, 'message');
  const stack = read(thrown, 'stack');
  const code = read(thrown, 'code');
  const cause = read(thrown, 'cause');
  const errors = read(thrown, 'errors');
  const fields = attachedFields(thrown);
  return {
    type: typeName(thrown),
    message: message === undefined ? '' : describePrimitive(message),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(cause === undefined ? {} : { cause }),
    ...(Array.isArray(errors) ? { errors } : {}),
    ...(fields === undefined ? {} : { fields }),
  };
}

/** The name a reader would search for: a subclass that never set `name` still says which class it is. */
export function typeName(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown;
  const name = read(thrown, 'name');
  const maker = read(thrown, 'constructor');
  const className = typeof maker === 'function' ? read(maker, 'name') : undefined;
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  if (typeof className === 'string' && className !== '') return className;
  return 'Error';
}

/** What a library hung on the error: status, request, response. */
function attachedFields(thrown: object): Record<string, unknown> | undefined {
  const fields: Record<string, unknown> = Object.create(null);
  let count = 0;
  try {
    for (const key of Object.keys(thrown)) {
      // Without the name beside it, redaction could not tell what a `value` is.
      const namesValue = key === 'name' && Object.hasOwn(thrown, 'value');
      if (described.has(key) && !namesValue) continue;
      const value = read(thrown, key);
      if (value === undefined || typeof value === 'function') continue;
      fields[key] = value;
      count += 1;
    }
  } catch {
    return undefined;
  }
  return count === 0 ? undefined : fields;
}

function read(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return '[getter threw]';
  }
}

function describePrimitive(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '[unreadable]';
  }
}
