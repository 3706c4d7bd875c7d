import { types } from 'node:util';
import { holdsSecret, pairedName } from '../redaction/json-rules.ts';
import { type Redactor, redactedText } from '../redaction/redactor.ts';
import { describeError } from './error-description.ts';
import { toJsonText } from './json-text.ts';

/** How much of a value one line may carry; what is left out is always said in its place. */
export const encodingLimits = {
  depth: 8,
  /** Entries of one object, array, map or set. */
  entries: 200,
  /** Characters of one string. */
  text: 16_384,
  /** Characters of all values of a line together, about the largest line log collectors accept. */
  line: 131_072,
} as const;

// Read past the cut before cleaning, so that a secret lying across it is still recognised.
const cutOverlap = 2_048;

const quotedRedaction = JSON.stringify(redactedText);
const quotedFull = '"[left out: line is full]"';

/** Turns any value into JSON text with secrets removed; never throws. */
// A class because one instance serves every line of a process and carries the current line's budget.
export class ValueEncoder {
  readonly #redactor: Redactor;
  readonly #open: unknown[] = [];
  #room: number = encodingLimits.line;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** Forgets what the previous line used up. */
  startLine(): void {
    this.#room = encodingLimits.line;
    this.#open.length = 0;
  }

  /** The value of the field `name`, or undefined when JSON leaves it out. */
  field(name: string, value: unknown): string | undefined {
    if (value === undefined) return undefined;
    if (this.#redactor.isSecretName(name) && holdsSecret(value)) {
      this.#redactor.count += 1;
      return quotedRedaction;
    }
    return this.#value(value, 0, name);
  }

  /** A field name; names can carry secrets too when they are made from data. */
  name(name: string): string {
    return this.#text(name);
  }

  text(text: string): string {
    return this.#text(text);
  }

  #value(value: unknown, depth: number, name = ''): string {
    if (this.#room <= 0) return quotedFull;
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'number':
        return this.#spend(Number.isFinite(value) ? String(value) : `"${value}"`);
      case 'boolean':
        return this.#spend(String(value));
      case 'bigint':
        return this.#spend(encodeBigInt(value));
      case 'object':
        return value === null ? this.#spend('null') : this.#guarded(value, depth, name);
      case 'undefined':
        return this.#spend('null');
      default:
        return this.#text(describeOddity(value));
    }
  }

  #guarded(value: object, depth: number, name: string): string {
    if (this.#open.includes(value)) return this.#spend('"[circular]"');
    this.#open.push(value);
    const height = this.#open.length;
    try {
      return this.#object(value, depth, name);
    } catch (error) {
      return this.#text(`[unreadable: ${errorWords(error)}]`);
    } finally {
      this.#open.length = height - 1;
    }
  }

  #object(value: object, depth: number, name: string): string {
    if (types.isDate(value)) return this.#spend(encodeDate(value));
    if (types.isNativeError(value) || value instanceof Error) return this.#error(value, depth);
    if (value instanceof URL || types.isRegExp(value)) return this.#text(String(value));
    if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
      return this.#text(`[${nameOf(value)} of ${value.byteLength} bytes]`);
    }
    if (types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value)) {
      return this.#spend(`"[${nameOf(value)}]"`);
    }
    if (types.isBoxedPrimitive(value)) return this.#value(value.valueOf(), depth);
    if (depth >= encodingLimits.depth) return this.#text(`[too deep: ${nameOf(value)}]`);
    if (Array.isArray(value)) return this.#array(value, depth, name);
    if (types.isSet(value)) return this.#array([...take(value.values())], depth, '', value.size);
    if (isEntryList(value)) return this.#entries(take(value.entries()), depth, value.size ?? 0);
    if (isLive(value)) return this.#text(`[${nameOf(value)}]`);
    const own = toOwnJson(value);
    if (own !== value) return this.#value(own, depth + 1, name);
    return this.#properties(value, depth);
  }

  #error(error: object, depth: number): string {
    if (depth >= encodingLimits.depth) return this.#text(`[too deep: ${errorWords(error)}]`);
    return this.#properties(describeError(error), depth);
  }

  #properties(value: object, depth: number): string {
    const keys = Object.keys(value);
    let text = '';
    let written = 0;
    for (const key of keys) {
      if (written >= encodingLimits.entries || this.#room <= 0) break;
      written += 1;
      const encoded =
        key === 'value' ? this.#paired(value, depth) : this.#property(key, readProperty(value, key), depth);
      if (encoded !== undefined) text += `${text === '' ? '' : ','}${encoded}`;
    }
    return `{${text}${leftOut(keys.length - written, text === '')}}`;
  }

  /** The property `value`, which belongs to the name beside it. */
  #paired(owner: object, depth: number): string | undefined {
    const item = readProperty(owner, 'value');
    return item === undefined ? undefined : `"value":${this.#item(pairedName(owner), item, depth)}`;
  }

  #entries(entries: Iterable<readonly [unknown, unknown]>, depth: number, size: number): string {
    let text = '';
    let written = 0;
    for (const [key, item] of entries) {
      if (this.#room <= 0) break;
      written += 1;
      const name = typeof key === 'string' ? key : this.#value(key, depth + 1);
      const encoded = this.#property(name, item, depth);
      if (encoded !== undefined) text += `${text === '' ? '' : ','}${encoded}`;
    }
    return `{${text}${leftOut(size - written, text === '')}}`;
  }

  #property(key: string, value: unknown, depth: number): string | undefined {
    if (value === undefined) return undefined;
    if (this.#redactor.isSecretName(key) && holdsSecret(value)) {
      this.#redactor.count += 1;
      return `${this.#text(key)}:${quotedRedaction}`;
    }
    return `${this.#text(key)}:${this.#value(value, depth + 1, key)}`;
  }

  /** `name` tells Node's `rawHeaders`, a flat list of names and values, from other arrays. */
  #array(items: readonly unknown[], depth: number, name: string, size = items.length): string {
    const written = Math.min(items.length, encodingLimits.entries);
    const flatPairs = /^raw_?headers$/i.test(name);
    let text = '';
    let index = 0;
    for (; index < written && this.#room > 0; index += 1) {
      const before = flatPairs ? (index % 2 === 1 ? items[index - 1] : undefined) : pairName(items, index);
      const item = readProperty(items, index);
      text += `${index === 0 ? '' : ','}${this.#item(before, item, depth)}`;
    }
    if (size > index) text += `${text === '' ? '' : ','}${this.#spend(`"[${size - index} more left out]"`)}`;
    return `[${text}]`;
  }

  #item(name: unknown, item: unknown, depth: number): string {
    if (typeof name === 'string' && this.#redactor.isSecretName(name) && holdsSecret(item)) {
      this.#redactor.count += 1;
      return quotedRedaction;
    }
    return this.#value(item, depth + 1);
  }

  #text(text: string): string {
    const limit = Math.max(0, Math.min(encodingLimits.text, this.#room));
    if (text.length <= limit) return this.#spend(toJsonText(this.#redactor.cleanText(text)));
    const seen = this.#redactor.cleanText(text.slice(0, limit + cutOverlap));
    const kept = seen.slice(0, Math.max(0, Math.min(limit, seen.length - cutOverlap)));
    return this.#spend(toJsonText(`${kept}…[cut, ${text.length} characters]`));
  }

  #spend(encoded: string): string {
    this.#room -= encoded.length;
    return encoded;
  }
}

/** `['authorization', 'Bearer …']`, as `Object.entries` and fetch headers give it. */
function pairName(items: readonly unknown[], index: number): unknown {
  return items.length === 2 && index === 1 ? readProperty(items, 0) : undefined;
}

function leftOut(count: number, first: boolean): string {
  return count > 0 ? `${first ? '' : ','}"…":"${count} more left out"` : '';
}

function* take<T>(items: Iterable<T>): Generator<T> {
  let count = 0;
  for (const item of items) {
    if (count >= encodingLimits.entries) return;
    count += 1;
    yield item;
  }
}

function readProperty(value: object, key: string | number): unknown {
  try {
    return Reflect.get(value, key);
  } catch {
    return '[getter threw]';
  }
}

interface EntryList {
  readonly size?: number;
  entries(): Iterable<readonly [unknown, unknown]>;
}

/** Map, and the web's Headers, URLSearchParams and FormData. */
function isEntryList(value: object): value is EntryList {
  if (types.isMap(value)) return true;
  const tag: unknown = Reflect.get(value, Symbol.toStringTag);
  return (tag === 'Headers' || tag === 'URLSearchParams' || tag === 'FormData') && 'entries' in value;
}

/** Sockets, requests, processes: their insides would fill the line and say nothing. */
function isLive(value: object): boolean {
  return typeof Reflect.get(value, 'emit') === 'function' && typeof Reflect.get(value, 'on') === 'function';
}

function toOwnJson(value: object): unknown {
  const toJson: unknown = Reflect.get(value, 'toJSON');
  return typeof toJson === 'function' ? toJson.call(value) : value;
}

function encodeDate(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? '"[invalid date]"' : `"${new Date(time).toISOString()}"`;
}

// Printing a huge one takes quadratic time.
const largestBigInt = 2n ** 2048n;

function encodeBigInt(value: bigint): string {
  return value > largestBigInt || value < -largestBigInt ? '"[bigint of over 600 digits]"' : `"${value}"`;
}

function describeOddity(value: unknown): string {
  try {
    if (typeof value === 'function') return `[function ${String(value.name).slice(0, 200) || 'without a name'}]`;
    return String(value);
  } catch {
    return '[function]';
  }
}

function nameOf(value: object): string {
  try {
    const { constructor: maker } = value;
    return typeof maker === 'function' ? String(maker.name).slice(0, 200) : 'Object';
  } catch {
    return 'Object';
  }
}

function errorWords(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message).slice(0, 500) : String(error).slice(0, 500);
  } catch {
    return 'no reason given';
  }
}
