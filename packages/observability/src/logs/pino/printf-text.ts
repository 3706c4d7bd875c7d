/**
 * A message with its `%s %d %f %i %j %o %O %%` filled in, as pino does it: every other `%x` uses up an argument and stays;
 * so does one whose argument is missing; arguments nobody asked for are left out. An object in place of a message stays
 * an object, or, with arguments, becomes their texts in a row. Total: what cannot be turned into text is described.
 */
export function fillMessage(message: unknown, args: readonly unknown[]): unknown {
  if (args.length === 0) return message;
  if (typeof message === 'object' && message !== null) return [message, ...args].map(toJson).join(' ');
  if (typeof message !== 'string') return message;
  let next = 0;
  return message.replace(/%(.)/gs, (placeholder, conversion: string) => {
    if (conversion === '%') return '%';
    const index = next;
    next += 1;
    return index < args.length ? (convert(conversion, args[index]) ?? placeholder) : placeholder;
  });
}

/** Undefined leaves the placeholder as it is. */
function convert(conversion: string, value: unknown): string | undefined {
  switch (conversion) {
    case 's':
      return toText(value);
    case 'd':
    case 'f':
      return value === null || value === undefined ? undefined : String(toNumber(value));
    case 'i':
      return value === null || value === undefined ? undefined : String(Math.floor(toNumber(value)));
    case 'j':
    case 'o':
    case 'O':
      return value === undefined ? undefined : inspect(value);
    default:
      return undefined;
  }
}

function inspect(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return toText(value.name) || '<anonymous>';
  if (typeof value === 'bigint') return String(value);
  return String(toJson(value));
}

/** Undefined where JSON has nothing to say: of functions, symbols and undefined. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return withoutCycles(value);
  }
}

function withoutCycles(value: unknown): string {
  const ancestors: unknown[] = [];
  try {
    return JSON.stringify(value, function (this: unknown, _key, item: unknown) {
      if (typeof item === 'bigint') return String(item);
      if (typeof item !== 'object' || item === null) return item;
      // `this` holds the item: whatever was entered after it has been left.
      while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop();
      if (ancestors.includes(item)) return '[Circular]';
      ancestors.push(item);
      return item;
    });
  } catch {
    return '"[unreadable]"';
  }
}

function toNumber(value: unknown): number {
  try {
    return Number(value);
  } catch {
    return Number.NaN;
  }
}

function toText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '[unreadable]';
  }
}
