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
import {
  type AttributeMap,
  addAttribute,
  createAttributes,
  isList,
  maxWrittenDepth,
  noAttributes,
} from './attribute-map.ts';
import type { AnyValue, Attributes } from './common-model.ts';
import { memoryBytes } from './decode-budget.ts';
import { expectWireType } from './field-type.ts';
import { isInt64, isWhole } from './integers.ts';
import type { WireReader } from './wire-reader.ts';

// AnyValue and KeyValue of common.proto, by hand and not as tables: values within values, and a map where the protocol has
// a list.

const { varint, fixed64, lengthDelimited } = wireTypes;

/** A value, and how many it lies within. */
interface Nested<T> {
  readonly value: T;
  readonly depth: number;
}

export function writeAttributes(out: ByteWriter, field: number, { value, depth }: Nested<Attributes>): void {
  for (const name of Object.keys(value)) {
    const start = openMessage(out, field);
    if (name !== '') writeString(out, 1, name);
    writeAnyValue(out, 2, { value: value[name] as AnyValue, depth });
    closeMessage(out, start);
  }
}

export function writeAnyValue(out: ByteWriter, field: number, { value, depth }: Nested<AnyValue>): void {
  const start = openMessage(out, field);
  if (typeof value === 'string') writeString(out, 1, value);
  else if (typeof value === 'boolean') writeUint(out, 2, value ? 1 : 0);
  else if (typeof value === 'number') writeNumber(out, value);
  else if (typeof value === 'bigint') writeWhole(out, value);
  else if (typeof value === 'object' && value !== null && depth < maxWrittenDepth) {
    writeComposite(out, { value, depth: depth + 1 });
  }
  closeMessage(out, start);
}

function writeNumber(out: ByteWriter, value: number): void {
  if (isWhole(value)) writeInt(out, 3, value);
  else writeDouble(out, 4, value);
}

/** Beyond 64 bits it is its digits, as the protocol says for integers. */
function writeWhole(out: ByteWriter, value: bigint): void {
  if (isInt64(value)) writeBigint(out, 3, value);
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

/** One entry of attributes; the ones before it are in `before`. */
export function readKeyValue(input: WireReader, wireType: number, before: Attributes): Attributes {
  expectWireType(wireType, lengthDelimited);
  if (before === noAttributes) input.budget.spend(memoryBytes.map);
  const read = (before === noAttributes ? createAttributes() : before) as AttributeMap;
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
  addAttribute(read, name, value);
  return read;
}

export function readAnyValue(input: WireReader, wireType: number): AnyValue {
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
  if (number === 7) return readBytes(input);
  return readNested(input, number === 5);
}

function readBytes(input: WireReader): Uint8Array {
  input.budget.spend(memoryBytes.bytes);
  return input.copy();
}

/** An ArrayValue or a KeyValueList, whose elements are in field 1. */
function readNested(input: WireReader, asList: boolean): AnyValue {
  const { budget } = input;
  budget.enter();
  const outerEnd = input.enter();
  const read = asList ? readList(input) : readMap(input);
  input.leave(outerEnd);
  budget.leave();
  return read;
}

function readList(input: WireReader): AnyValue {
  input.budget.spend(memoryBytes.list);
  const list: AnyValue[] = [];
  while (!input.isAtEnd) {
    const tag = input.tag();
    if (tag >>> 3 === 1) list.push(readAnyValue(input, tag & 7));
    else input.skip(tag & 7);
  }
  return list;
}

function readMap(input: WireReader): Attributes {
  input.budget.spend(memoryBytes.map);
  const map = createAttributes();
  while (!input.isAtEnd) {
    const tag = input.tag();
    if (tag >>> 3 === 1) readKeyValue(input, tag & 7, map);
    else input.skip(tag & 7);
  }
  return map;
}
