import {
  wireTypes,
  writeDouble,
  writeFixed32,
  writeFixed64,
  writeFixed64Bytes,
  writeInt,
  writeSint,
  writeString,
  writeTag,
  writeUint,
} from '../protobuf/wire.ts';
import { expectWireType, type FieldType } from './field-type.ts';
import { toCount, toSafeInteger } from './integers.ts';
import {
  parseJsonBigint,
  parseJsonBoolean,
  parseJsonDouble,
  parseJsonInteger,
  parseJsonString,
  ranges,
  toJsonDouble,
  toUtf8Text,
} from './json-values.ts';

const { varint, fixed64, lengthDelimited, fixed32 } = wireTypes;
const nonZero = <T extends number | string | boolean>(value: T): T | undefined => value || undefined;

export const text: FieldType<string> = {
  initial: '',
  write(out, field, value) {
    if (value !== '') writeString(out, field, value);
  },
  read(input, wireType) {
    expectWireType(wireType, lengthDelimited);
    return input.string();
  },
  toJson: (value) => nonZero(toUtf8Text(value)),
  fromJson: parseJsonString,
};

export const bool: FieldType<boolean> = {
  initial: false,
  write(out, field, value) {
    if (value) writeUint(out, field, 1);
  },
  read(input, wireType) {
    expectWireType(wireType, varint);
    return input.bool();
  },
  toJson: nonZero,
  fromJson: parseJsonBoolean,
};

export const uint32: FieldType<number> = {
  initial: 0,
  write(out, field, value) {
    if (value !== 0) writeUint(out, field, value >>> 0);
  },
  read(input, wireType) {
    expectWireType(wireType, varint);
    return input.uint32();
  },
  toJson: (value) => nonZero(value >>> 0),
  fromJson: (json) => parseJsonInteger(json, ranges.uint32),
};

/** Also for enums: the protocol wants them as numbers in JSON, and their names refused. */
export const int32: FieldType<number> = {
  initial: 0,
  write(out, field, value) {
    if (value !== 0) writeInt(out, field, value | 0);
  },
  read(input, wireType) {
    expectWireType(wireType, varint);
    return input.int32();
  },
  toJson: (value) => nonZero(value | 0),
  fromJson: (json) => parseJsonInteger(json, ranges.int32),
};

export const sint32: FieldType<number> = {
  ...int32,
  write(out, field, value) {
    if (value !== 0) writeSint(out, field, value | 0);
  },
  read(input, wireType) {
    expectWireType(wireType, varint);
    return input.sint32();
  },
};

/** A count of an export response, which the protocol has as int64. */
export const int64: FieldType<number> = {
  initial: 0,
  write(out, field, value) {
    if (value !== 0) writeInt(out, field, toSafeInteger(value));
  },
  read(input, wireType) {
    expectWireType(wireType, varint);
    return Number(input.int64());
  },
  toJson: (value) => (value === 0 ? undefined : String(toSafeInteger(value))),
  fromJson: (json) => parseJsonInteger(json, ranges.int64),
};

/** Flags of spans and log records; those of data points are a uint32. */
export const fixed32Flags: FieldType<number> = {
  ...uint32,
  write(out, field, value) {
    if (value !== 0) writeFixed32(out, field, value);
  },
  read(input, wireType) {
    expectWireType(wireType, fixed32);
    return input.fixed32();
  },
};

/** Epoch nanoseconds. */
export const nanos: FieldType<bigint> = {
  initial: 0n,
  write(out, field, value) {
    if (value !== 0n) writeFixed64(out, field, value);
  },
  read(input, wireType) {
    expectWireType(wireType, fixed64);
    return input.fixed64();
  },
  toJson: (value) => (value === 0n ? undefined : String(BigInt.asUintN(64, value))),
  fromJson: (json) => parseJsonBigint(json, ranges.uint64),
};

/** A fixed64 that counts: rounded beyond 2^53. */
export const count: FieldType<number> = {
  initial: 0,
  write(out, field, value) {
    if (value === 0) return;
    writeTag(out, field, fixed64);
    writeFixed64Bytes(out, toCount(value));
  },
  read(input, wireType) {
    expectWireType(wireType, fixed64);
    return input.fixed64Number();
  },
  toJson: (value) => (value === 0 ? undefined : String(toCount(value))),
  fromJson: (json) => parseJsonInteger(json, ranges.uint64),
};

/** A double whose absence is a zero, but not a negative one. */
export const double: FieldType<number> = {
  initial: 0,
  write(out, field, value) {
    if (!Object.is(value, 0)) writeDouble(out, field, value);
  },
  read(input, wireType) {
    expectWireType(wireType, fixed64);
    return input.double();
  },
  toJson: (value) => (Object.is(value, 0) ? undefined : toJsonDouble(value)),
  fromJson: parseJsonDouble,
};

/** A double that is there or not, whatever its value. */
export const presentDouble: FieldType<number | undefined> = {
  initial: undefined,
  write(out, field, value) {
    if (value !== undefined) writeDouble(out, field, value);
  },
  read(input, wireType) {
    expectWireType(wireType, fixed64);
    return input.double();
  },
  toJson: (value) => (value === undefined ? undefined : toJsonDouble(value)),
  fromJson: parseJsonDouble,
};
