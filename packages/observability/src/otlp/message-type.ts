import type { ByteWriter } from '../metrics/exposition/byte-writer.ts';
import { closeMessage, openMessage, wireTypes } from '../protobuf/wire.ts';
import { type DecodeBudget, memoryBytes } from './decode-budget.ts';
import { locate } from './decode-error.ts';
import { expectArray, expectObject, expectWireType, type FieldType } from './field-type.ts';
import type { WireReader } from './wire-reader.ts';

/** Number, type, and the name in JSON where it is not that of the property. */
type Entry<T> = readonly [number: number, type: FieldType<T>, json?: string];

/** For each property its field, or its fields where it is one of several. */
export type MessageFields<M> = {
  readonly [K in keyof M]-?: Entry<M[K]> | readonly Entry<M[K]>[];
};

export interface MessageType<M> extends FieldType<M> {
  /** As `write`, and a message without content too: an element of a list counts even then. */
  writeElement(out: ByteWriter, field: number, message: M): void;
  /** The fields without tag and length, as at the root. */
  writeFields(out: ByteWriter, message: M): void;
  /** All up to the end. */
  readFields(input: WireReader): M;
  toJsonObject(message: M): Record<string, unknown>;
}

interface Field {
  readonly number: number;
  readonly property: string;
  readonly json: string;
  readonly type: FieldType<unknown>;
}

/** A message while it is read. */
type Target = Record<string, unknown>;

/**
 * A message as a table of its fields, in the order of writing. Interpreted, not compiled to code: the loops below write
 * protobuf in 0.4 to 0.9 of the time of OpenTelemetry's hand-written serializers (docs/decisions/0007), which walk over
 * everything once more to know the size.
 */
export function message<M extends object>(table: MessageFields<M>): MessageType<M> {
  const fields = Object.entries(table).flatMap(([property, entry]) => toFields(property, entry as Entry<unknown>));
  const template = toTemplate(fields);
  const initial = Object.freeze({ ...template }) as M;
  // Numbers and texts of them come from bytes of their own.
  const objectBytes = memoryBytes.object + memoryBytes.property * fields.length;
  const byNumber: (Field | undefined)[] = [];
  for (const field of fields) byNumber[field.number] = field;
  const numbered = Array.from(byNumber);

  function readInto(input: WireReader, target: Target): M {
    let field: Field | undefined;
    try {
      while (!input.isAtEnd) {
        field = undefined;
        const tag = input.tag();
        field = numbered[tag >>> 3];
        if (field === undefined) input.skip(tag & 7);
        else target[field.property] = field.type.read(input, tag & 7, target[field.property]);
      }
    } catch (error) {
      throw field === undefined ? error : locate(error, toProtocolName(field.json));
    }
    return target as M;
  }

  return {
    initial,
    write(out, number, value) {
      const before = out.length;
      const start = openMessage(out, number);
      writeAll(out, fields, value as Target);
      if (out.length > start) closeMessage(out, start);
      else out.length = before;
    },
    writeElement(out, number, value) {
      const start = openMessage(out, number);
      writeAll(out, fields, value as Target);
      closeMessage(out, start);
    },
    writeFields: (out, value) => writeAll(out, fields, value as Target),
    read(input, wireType, before) {
      expectWireType(wireType, wireTypes.lengthDelimited);
      const outerEnd = input.enter();
      if (before === initial) input.budget.spend(objectBytes);
      const read = readInto(input, before === initial ? { ...template } : (before as Target));
      input.leave(outerEnd);
      return read;
    },
    readFields: (input) => readInto(input, { ...template }),
    toJson(value) {
      const json = toJsonObject(fields, value as Target);
      return Object.keys(json).length === 0 ? undefined : json;
    },
    toJsonObject: (value) => toJsonObject(fields, value as Target),
    fromJson(json, budget) {
      budget.spend(objectBytes);
      return fromJsonObject(fields, { ...template }, { json: expectObject(json), budget }) as M;
    },
  };
}

function toFields(property: string, entry: Entry<unknown> | readonly Entry<unknown>[]): Field[] {
  const entries = (typeof entry[0] === 'number' ? [entry] : entry) as readonly Entry<unknown>[];
  return entries.map(([number, type, json = property]) => ({ number, property, json, type }));
}

function toTemplate(fields: readonly Field[]): Target {
  const template: Target = {};
  for (const { property, type } of fields) if (!type.isOptional) template[property] = type.initial;
  return template;
}

function writeAll(out: ByteWriter, fields: readonly Field[], message: Target): void {
  for (let i = 0; i < fields.length; i++) {
    const { number, property, type } = fields[i] as Field;
    type.write(out, number, message[property]);
  }
}

function toJsonObject(fields: readonly Field[], message: Target): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  for (let i = 0; i < fields.length; i++) {
    const { json, property, type } = fields[i] as Field;
    const value = type.toJson(message[property]);
    if (value !== undefined) made[json] = value;
  }
  return made;
}

interface JsonSource {
  readonly json: Readonly<Record<string, unknown>>;
  readonly budget: DecodeBudget;
}

/** Names that are not known here are not looked at: the protocol wants them ignored. */
function fromJsonObject(fields: readonly Field[], target: Target, { json, budget }: JsonSource): Target {
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i] as Field;
    const value = json[field.json];
    // As in the JSON mapping of Protocol Buffers, null is a field that did not come.
    if (value === undefined || value === null) continue;
    try {
      target[field.property] = field.type.fromJson(value, budget);
    } catch (error) {
      throw locate(error, toProtocolName(field.json));
    }
  }
  return target;
}

/** Errors name fields as the protocol does, whatever the encoding. */
function toProtocolName(json: string): string {
  return json.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A repeated field of messages. */
export function repeated<M>(type: MessageType<M>): FieldType<readonly M[]> {
  return repeatedAs(type, { toMessage: (element) => element, fromMessage: (message) => message });
}

export interface Mapping<T, M> {
  toMessage(element: T): M;
  /** @returns undefined for a message that is left out */
  fromMessage(message: M): T | undefined;
}

/** A repeated field of messages whose elements look otherwise in the model. */
export function repeatedAs<T, M>(type: MessageType<M>, mapping: Mapping<T, M>): FieldType<readonly T[]> {
  const initial: readonly T[] = Object.freeze([]);
  const add = (list: T[], message: M): void => {
    const element = mapping.fromMessage(message);
    if (element !== undefined) list.push(element);
  };
  return {
    initial,
    write(out, field, list) {
      for (let i = 0; i < list.length; i++) type.writeElement(out, field, mapping.toMessage(list[i] as T));
    },
    read(input, wireType, before) {
      if (before === initial) input.budget.spend(memoryBytes.list);
      const list = before === initial ? [] : (before as T[]);
      try {
        add(list, type.read(input, wireType, type.initial));
      } catch (error) {
        throw locate(error, `[${list.length}]`);
      }
      return list;
    },
    toJson: (list) =>
      list.length === 0 ? undefined : list.map((element) => type.toJsonObject(mapping.toMessage(element))),
    fromJson(json, budget) {
      const list: T[] = [];
      const elements = expectArray(json);
      for (let i = 0; i < elements.length; i++) {
        try {
          add(list, type.fromJson(elements[i], budget));
        } catch (error) {
          throw locate(error, `[${i}]`);
        }
      }
      return list;
    },
  };
}
