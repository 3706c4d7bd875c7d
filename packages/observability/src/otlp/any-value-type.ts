import { Buffer } from 'node:buffer';
import type { ByteWriter } from '../metrics/exposition/byte-writer.ts';
import {
  closeMessage,
  openMessage,
  wireTypes,
  writeBigint,
  writeBytes,
  writeDouble,
  writeInt,
  writeString,
  writeUint,
} from '../protobuf/wire.ts';
import type { AnyValue, Attributes } from './common-model.ts';
import type { DecodeBudget } from './decode-budget.ts';
import { locate } from './decode-error.ts';
import { expectArray, expectObject, expectWireType, type FieldType } from './field-type.ts';
import { parseJsonBigint, parseJsonDouble, parseJsonString, ranges, toJsonDouble, toUtf8Text } from './json-values.ts';
import { parseJsonBoolean } from './scalar-types.ts';
import type { WireReader } from './wire-reader.ts';

// By hand and not as tables: values within values, and a map where the protocol has a list.

// Deeper than what is read back (`decode-budget.ts`) nothing is written; a value that holds itself ends there too.
const maxDepth = 60;
const objectBytes = 160;
const { varint, fixed64, lengthDelimited } = wireTypes;
const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;

type MutableAttributes = Record<string, AnyValue>;

function createAttributes(): MutableAttributes {
  return Object.create(null) as MutableAttributes;
}

const noAttributes: Attributes = Object.freeze(createAttributes());

/** A list of KeyValue. A name given twice has the value it was given first. */
export const attributes: FieldType<Attributes> = {
  initial: noAttributes,
  write: (out, field, value) => writeAttributes(out, field, { value, depth: 0 }),
  read: (input, wireType, before) => readKeyValue(input, wireType, before),
  toJson(value) {
    const list = toJsonKeyValues(value, 0);
    return list.length === 0 ? undefined : list;
  },
  fromJson: (json, budget) => fromJsonKeyValues(json, budget),
};

/** A value of any kind; null is none. */
export const anyValue: FieldType<AnyValue> = {
  initial: null,
  write(out, field, value) {
    if (value !== null) writeAnyValue(out, field, { value, depth: 0 });
  },
  read: (input, wireType) => readAnyValue(input, wireType),
  toJson: (value) => (value === null ? undefined : toJsonAnyValue(value, 0)),
  fromJson: (json, budget) => fromJsonAnyValue(json, budget),
};

interface Nested<T> {
  readonly value: T;
  readonly depth: number;
}

function writeAttributes(out: ByteWriter, field: number, { value, depth }: Nested<Attributes>): void {
  for (const name of Object.keys(value)) {
    const start = openMessage(out, field);
    if (name !== '') writeString(out, 1, name);
    writeAnyValue(out, 2, { value: value[name] as AnyValue, depth });
    closeMessage(out, start);
  }
}

function writeAnyValue(out: ByteWriter, field: number, { value, depth }: Nested<AnyValue>): void {
  const start = openMessage(out, field);
  if (typeof value === 'string') writeString(out, 1, value);
  else if (typeof value === 'boolean') writeUint(out, 2, value ? 1 : 0);
  else if (typeof value === 'number') writeNumber(out, value);
  else if (typeof value === 'bigint') writeWhole(out, value);
  else if (typeof value === 'object' && value !== null && depth < maxDepth) {
    writeComposite(out, { value, depth: depth + 1 });
  }
  closeMessage(out, start);
}

function writeNumber(out: ByteWriter, value: number): void {
  if (Number.isSafeInteger(value)) writeInt(out, 3, value);
  else writeDouble(out, 4, value);
}

/** Beyond 64 bits it is its digits, as the protocol says for integers. */
function writeWhole(out: ByteWriter, value: bigint): void {
  if (value >= minInt64 && value <= maxInt64) writeBigint(out, 3, value);
  else writeString(out, 1, String(value));
}

type Composite = Uint8Array | readonly AnyValue[] | Attributes;

function writeComposite(out: ByteWriter, { value, depth }: Nested<Composite>): void {
  if (value instanceof Uint8Array) {
    writeBytes(out, 7, value);
    return;
  }
  const start = openMessage(out, isList(value) ? 5 : 6);
  if (isList(value)) for (const element of value) writeAnyValue(out, 1, { value: element, depth });
  else writeAttributes(out, 1, { value, depth });
  closeMessage(out, start);
}

function isList(value: readonly AnyValue[] | Attributes): value is readonly AnyValue[] {
  return Array.isArray(value);
}

function readKeyValue(input: WireReader, wireType: number, before: Attributes): Attributes {
  expectWireType(wireType, lengthDelimited);
  if (before === noAttributes) input.budget.spend(objectBytes);
  const read = (before === noAttributes ? createAttributes() : before) as MutableAttributes;
  const outerEnd = input.enter();
  let name = '';
  let value: AnyValue = null;
  while (!input.isAtEnd) {
    const tag = input.tag();
    if (tag >>> 3 === 1) {
      expectWireType(tag & 7, lengthDelimited);
      name = input.string();
    } else if (tag >>> 3 === 2) value = readAnyValue(input, tag & 7);
    else input.skip(tag & 7);
  }
  input.leave(outerEnd);
  if (!(name in read)) read[name] = value;
  return read;
}

function readAnyValue(input: WireReader, wireType: number): AnyValue {
  expectWireType(wireType, lengthDelimited);
  const outerEnd = input.enter();
  let value: AnyValue = null;
  while (!input.isAtEnd) {
    const tag = input.tag();
    const read = readAnyField(input, tag);
    if (read !== undefined) value = read;
  }
  input.leave(outerEnd);
  return value;
}

const anyWireTypes: readonly number[] = [
  -1,
  lengthDelimited,
  varint,
  varint,
  fixed64,
  lengthDelimited,
  lengthDelimited,
  lengthDelimited,
];

/** @returns undefined for a field that is not known */
function readAnyField(input: WireReader, tag: number): AnyValue | undefined {
  const number = tag >>> 3;
  const expected = anyWireTypes[number];
  if (expected === undefined) {
    input.skip(tag & 7);
    return undefined;
  }
  expectWireType(tag & 7, expected);
  if (number === 1) return input.string();
  if (number === 2) return input.bool();
  if (number === 3) return input.int64();
  if (number === 4) return input.double();
  if (number === 7) return input.copy();
  return readNested(input, number === 5);
}

/** An ArrayValue or a KeyValueList, whose elements are in field 1. */
function readNested(input: WireReader, asList: boolean): AnyValue {
  const { budget } = input;
  budget.enter();
  budget.spend(objectBytes);
  const outerEnd = input.enter();
  const list: AnyValue[] = [];
  const map = createAttributes();
  while (!input.isAtEnd) {
    const tag = input.tag();
    if (tag >>> 3 !== 1) input.skip(tag & 7);
    else if (asList) list.push(readAnyValue(input, tag & 7));
    else readKeyValue(input, tag & 7, map);
  }
  input.leave(outerEnd);
  budget.leave();
  return asList ? list : map;
}

function toJsonKeyValues(value: Attributes, depth: number): unknown[] {
  return Object.keys(value).map((name) => ({
    key: toUtf8Text(name),
    value: toJsonAnyValue(value[name] as AnyValue, depth),
  }));
}

function toJsonAnyValue(value: AnyValue, depth: number): Record<string, unknown> {
  if (typeof value === 'string') return { stringValue: toUtf8Text(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: toJsonDouble(value) };
  }
  if (typeof value === 'bigint') {
    return value >= minInt64 && value <= maxInt64 ? { intValue: String(value) } : { stringValue: String(value) };
  }
  if (typeof value !== 'object' || value === null || depth >= maxDepth) return {};
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (!isList(value)) return { kvlistValue: { values: toJsonKeyValues(value, depth + 1) } };
  return { arrayValue: { values: value.map((element) => toJsonAnyValue(element, depth + 1)) } };
}

function fromJsonKeyValues(json: unknown, budget: DecodeBudget): Attributes {
  const elements = expectArray(json);
  if (elements.length === 0) return noAttributes;
  budget.spend(objectBytes);
  const read = createAttributes();
  for (let i = 0; i < elements.length; i++) {
    try {
      const { key, value } = expectObject(elements[i]);
      const name = isMissing(key) ? '' : parseJsonString(key);
      const parsed = isMissing(value) ? null : fromJsonAnyValue(value, budget);
      if (!(name in read)) read[name] = parsed;
    } catch (error) {
      throw locate(error, `[${i}]`);
    }
  }
  return read;
}

const isMissing = (json: unknown): json is null | undefined => json === null || json === undefined;

type JsonReader = (json: unknown, budget: DecodeBudget) => AnyValue;

const jsonReaders: Readonly<Record<string, JsonReader>> = Object.assign(Object.create(null), {
  stringValue: parseJsonString,
  boolValue: parseJsonBoolean,
  intValue: (json: unknown) => toModelInteger(parseJsonBigint(json, ranges.int64)),
  doubleValue: parseJsonDouble,
  arrayValue: (json: unknown, budget: DecodeBudget) => nestedValues(json, budget, fromJsonList),
  kvlistValue: (json: unknown, budget: DecodeBudget) => nestedValues(json, budget, fromJsonKeyValues),
  bytesValue: (json: unknown) => new Uint8Array(Buffer.from(parseJsonString(json), 'base64')),
} satisfies Record<string, JsonReader>);

function toModelInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Of several kinds at once the last one counts, as in protobuf. */
function fromJsonAnyValue(json: unknown, budget: DecodeBudget): AnyValue {
  const fields = expectObject(json);
  let value: AnyValue = null;
  for (const name of Object.keys(fields)) {
    const read = jsonReaders[name];
    if (read !== undefined && !isMissing(fields[name])) value = read(fields[name], budget);
  }
  return value;
}

function nestedValues(json: unknown, budget: DecodeBudget, read: JsonReader): AnyValue {
  const { values } = expectObject(json);
  budget.enter();
  const value = read(isMissing(values) ? [] : values, budget);
  budget.leave();
  return value;
}

function fromJsonList(json: unknown, budget: DecodeBudget): AnyValue {
  budget.spend(objectBytes);
  return expectArray(json).map((element, index) => {
    try {
      return fromJsonAnyValue(element, budget);
    } catch (error) {
      throw locate(error, `[${index}]`);
    }
  });
}
