import { types } from 'node:util';
import { hasPrototype } from './property-reading.ts';

/** What an object is to a reader of logs. */
export type ValueKind =
  | { readonly kind: 'text'; readonly text: string }
  /** Another value stands for it. */
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly unknown[]; readonly size: number }
  | { readonly kind: 'entries'; readonly entries: readonly (readonly [unknown, unknown])[]; readonly size: number }
  | { readonly kind: 'error' }
  | { readonly kind: 'object' };

const asObject: ValueKind = { kind: 'object' };
const asError: ValueKind = { kind: 'error' };

/**
 * Tells what `value` is, reading at most `entries` of what it holds. May throw what proxies and getters throw.
 * The order is by cost: looking at the prototype and the tag takes 19 ns, asking `node:util` for each type 88 ns.
 */
export function readKind(value: object, entries: number): ValueKind {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return readOwnJson(value);
  // A tag can be forged; the types asked for then do not match, and the value is shown by its properties.
  if (Object.prototype.toString.call(value) !== '[object Object]') {
    const known = readBuiltIn(value, entries);
    if (known !== undefined) return known;
  }
  if (hasPrototype(value, Error.prototype)) return asError;
  return isLive(value) ? toText(`[${nameOf(value)}]`) : readOwnJson(value);
}

function readBuiltIn(value: object, entries: number): ValueKind | undefined {
  if (types.isNativeError(value)) return asError;
  if (types.isDate(value)) return toText(describeDate(value));
  if (types.isMap(value)) {
    return { kind: 'entries', entries: take(Map.prototype.entries.call(value), entries), size: sizeOf(value, Map) };
  }
  if (types.isSet(value)) {
    return { kind: 'list', items: take(Set.prototype.values.call(value), entries), size: sizeOf(value, Set) };
  }
  if (types.isRegExp(value)) return toText(RegExp.prototype.toString.call(value));
  if (hasPrototype(value, URL.prototype)) return toText(String(value));
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
    return toText(`[${nameOf(value)} of ${value.byteLength} bytes]`);
  }
  if (types.isBoxedPrimitive(value)) return { kind: 'value', value: unbox(value) };
  if (isOpaque(value)) return toText(`[${nameOf(value)}]`);
  return readWebList(value, entries);
}

/** Things without a content that could be shown, or whose content may not be touched. */
function isOpaque(value: object): boolean {
  if (types.isPromise(value) || types.isWeakMap(value) || types.isWeakSet(value)) return true;
  return hasPrototype(value, WeakRef.prototype) || types.isGeneratorObject(value);
}

/** The web's Headers, URLSearchParams and FormData. */
function readWebList(value: object, entries: number): ValueKind | undefined {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag);
  if (tag !== 'Headers' && tag !== 'URLSearchParams' && tag !== 'FormData') return undefined;
  const list: unknown = Reflect.get(value, 'entries');
  if (typeof list !== 'function') return undefined;
  const taken = take<readonly [unknown, unknown]>(list.call(value), entries);
  const size: unknown = Reflect.get(value, 'size');
  return { kind: 'entries', entries: taken, size: typeof size === 'number' ? size : taken.length };
}

function readOwnJson(value: object): ValueKind {
  const toJson: unknown = Reflect.get(value, 'toJSON');
  if (typeof toJson !== 'function') return asObject;
  const own: unknown = toJson.call(value);
  return own === value ? asObject : { kind: 'value', value: own };
}

/** Sockets, requests, processes: their insides would fill the line and say nothing. */
function isLive(value: object): boolean {
  return typeof Reflect.get(value, 'emit') === 'function' && typeof Reflect.get(value, 'on') === 'function';
}

/** The primitive inside, whatever a `valueOf` of its own says. */
function unbox(value: object): unknown {
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return Symbol.prototype.valueOf.call(value);
}

/** The true size; a subclass may have redefined it. */
function sizeOf(value: object, maker: typeof Map | typeof Set): number {
  const size: unknown = Reflect.get(maker.prototype, 'size', value);
  return typeof size === 'number' ? size : 0;
}

function take<T>(items: Iterable<T>, most: number): T[] {
  const taken: T[] = [];
  if (most <= 0) return taken;
  for (const item of items) {
    taken.push(item);
    if (taken.length >= most) break;
  }
  return taken;
}

function toText(text: string): ValueKind {
  return { kind: 'text', text };
}

function describeDate(date: Date): string {
  const time = Date.prototype.getTime.call(date);
  return Number.isNaN(time) ? '[invalid date]' : new Date(time).toISOString();
}

// Printing a huge one takes quadratic time.
const largestBigInt = 2n ** 2048n;

/** A bigint, function, symbol or anything else JSON has no word for. */
export function describeOddity(value: unknown): string {
  try {
    if (typeof value === 'bigint') {
      return value > largestBigInt || value < -largestBigInt ? '[bigint of over 600 digits]' : String(value);
    }
    if (typeof value === 'function') return `[function ${String(value.name).slice(0, 200) || 'without a name'}]`;
    return String(value);
  } catch {
    return '[function]';
  }
}

/** The name of the class of `value`. */
export function nameOf(value: object): string {
  try {
    const { constructor: maker } = value;
    return typeof maker === 'function' ? String(maker.name).slice(0, 200) : 'Object';
  } catch {
    return 'Object';
  }
}

/** A thrown value in a few words. */
export function errorWords(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error).slice(0, 500);
  } catch {
    return 'no reason given';
  }
}
