import type { LogFields } from '../log-record.ts';
import { fillMessage } from './printf-text.ts';

/** Turns a value into what is logged under its name. */
export type PinoSerializers = Readonly<Record<string, (value: never) => unknown>>;

/** A call of one of pino's log methods as a line of ours. */
export interface PinoLine {
  readonly event: string;
  readonly fields: LogFields;
}

/** The event of lines whose message is a sentence. */
const sentenceEvent = 'log';

// At least two words: a single one is as likely to be data, e.g. a user's name.
const factPattern = /^[a-z][a-z0-9]{0,40}(?:_[a-z0-9]{1,40}){1,12}$/;

/**
 * Reads `(message, ...args)`, `(object, message, ...args)` and `(error, message, ...args)`. A message that is a snake_case
 * fact becomes the event; any other is the field `message` of the event `log`, unless the object names an `event`.
 */
export function readPinoCall(args: readonly unknown[], options: PinoCallOptions): PinoLine {
  const { merged, message: given, format } = splitArguments(args);
  const fields: Record<string, unknown> = Object.create(null);
  const source = toSource(merged);
  for (const key of readKeys(source)) fields[key] = serialize(key, readField(source, key), options.serializers);
  const filled = fillMessage(withPrefix(given, options.prefix), format);
  const message = filled === undefined ? takeMessage(source, fields) : filled;
  renameError(fields);
  const event = takeEvent(fields) ?? (typeof message === 'string' && factPattern.test(message) ? message : undefined);
  if (message === undefined || message === event) return { event: event ?? sentenceEvent, fields };
  if ('message' in fields) fields['field_message'] = fields['message'];
  fields['message'] = message;
  return { event: event ?? sentenceEvent, fields };
}

/** What a logger adds to the reading of a call. */
export interface PinoCallOptions {
  readonly serializers: PinoSerializers;
  /** Put before every message. */
  readonly prefix: string;
}

/** The fields as their serializers make them. */
export function serializeFields(fields: unknown, serializers: PinoSerializers): Record<string, unknown> {
  const serialized: Record<string, unknown> = Object.create(null);
  for (const key of readKeys(fields)) serialized[key] = serialize(key, readField(fields, key), serializers);
  return serialized;
}

interface SplitArguments {
  readonly merged: unknown;
  readonly message: unknown;
  readonly format: readonly unknown[];
}

function splitArguments([first, ...rest]: readonly unknown[]): SplitArguments {
  if (typeof first === 'object') {
    if (first === null && rest.length === 0) return { merged: undefined, message: null, format: [] };
    return { merged: first, message: rest[0], format: rest.slice(1) };
  }
  if (first === undefined) return { merged: undefined, message: rest[0], format: rest.slice(1) };
  return { merged: undefined, message: first, format: rest };
}

/** An error, a request and a response are logged under a name of their own. */
function toSource(merged: unknown): unknown {
  if (isError(merged)) return { err: merged };
  if (isRequest(merged)) return { req: merged };
  return isResponse(merged) ? { res: merged } : merged;
}

function serialize(key: string, value: unknown, serializers: PinoSerializers): unknown {
  const serializer = Object.hasOwn(serializers, key) ? serializers[key] : undefined;
  if (serializer === undefined) return describeLive(key, value);
  try {
    const serialized = serializer(value as never);
    // pino's own serializer keeps the error beside its description; the line describes it with code and causes.
    return key === 'err' && isError(value) && peek(serialized, 'raw') === value ? value : serialized;
  } catch {
    return '[serializer threw]';
  }
}

/** Requests and responses without a serializer would be described by their class alone. */
function describeLive(key: string, value: unknown): unknown {
  if (key === 'req' && isRequest(value)) {
    const socket = readField(value, 'socket');
    return {
      method: readField(value, 'method'),
      url: readField(value, 'url'),
      remoteAddress: readField(socket, 'remoteAddress'),
      remotePort: readField(socket, 'remotePort'),
    };
  }
  if (key === 'res' && isResponse(value)) {
    return { statusCode: readField(value, 'statusCode') };
  }
  return value;
}

/** Without a message the object's own stands in, else that of its error. */
function takeMessage(source: unknown, fields: Record<string, unknown>): unknown {
  if (fields['msg'] !== undefined) {
    const { msg } = fields;
    delete fields['msg'];
    return msg;
  }
  const error = readField(source, 'err');
  return error ? readField(error, 'message') : undefined;
}

/** Errors are told under one name in all lines. */
function renameError(fields: Record<string, unknown>): void {
  if (!('err' in fields) || 'error' in fields) return;
  fields['error'] = fields['err'];
  delete fields['err'];
}

function takeEvent(fields: Record<string, unknown>): string | undefined {
  const { event } = fields;
  if (typeof event !== 'string' || !/^[a-z][a-z0-9_]{0,100}$/.test(event)) return undefined;
  delete fields['event'];
  return event;
}

function withPrefix(message: unknown, prefix: string): unknown {
  if (prefix === '' || message === undefined || message === null) return message;
  try {
    return `${prefix}${message}`;
  } catch {
    return prefix;
  }
}

function isRequest(value: unknown): boolean {
  return Boolean(peek(value, 'method') && peek(value, 'headers') && peek(value, 'socket'));
}

function isResponse(value: unknown): boolean {
  return typeof peek(value, 'setHeader') === 'function';
}

function isError(value: unknown): boolean {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

function readKeys(value: unknown): readonly string[] {
  try {
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  } catch {
    return [];
  }
}

function readField(value: unknown, key: string): unknown {
  return peek(value, key, '[getter threw]');
}

function peek(value: unknown, key: string, unreadable?: string): unknown {
  try {
    return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  } catch {
    return unreadable;
  }
}
