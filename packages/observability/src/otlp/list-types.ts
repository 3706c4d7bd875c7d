import type { ByteWriter } from '../metrics/exposition/byte-writer.ts';
import {
  closeMessage,
  openMessage,
  wireTypes,
  writeDoubleBytes,
  writeFixed64Bytes,
  writeVarint,
} from '../protobuf/wire.ts';
import { memoryBytes } from './decode-budget.ts';
import { locate } from './decode-error.ts';
import { expectArray, expectWireType, type FieldType } from './field-type.ts';
import { toCount } from './integers.ts';
import { parseJsonDouble, parseJsonInteger, ranges, toJsonDouble } from './json-values.ts';
import type { WireReader } from './wire-reader.ts';

interface NumberKind {
  readonly wireType: number;
  write(out: ByteWriter, value: number): void;
  read(input: WireReader): number;
  toJson(value: number): unknown;
  fromJson(json: unknown): number;
}

/** Lists of numbers are written packed; both forms are read, also mixed. */
function numberList(kind: NumberKind): FieldType<readonly number[]> {
  const initial: readonly number[] = Object.freeze([]);
  return {
    initial,
    write(out, field, values) {
      if (values.length === 0) return;
      const start = openMessage(out, field);
      for (let i = 0; i < values.length; i++) kind.write(out, values[i] as number);
      closeMessage(out, start);
    },
    read(input, wireType, before) {
      if (before === initial) input.budget.spend(memoryBytes.list);
      const values = before === initial ? [] : (before as number[]);
      if (wireType === kind.wireType) {
        values.push(kind.read(input));
        return values;
      }
      expectWireType(wireType, wireTypes.lengthDelimited);
      const outerEnd = input.enter();
      while (!input.isAtEnd) values.push(kind.read(input));
      input.leave(outerEnd);
      return values;
    },
    toJson: (values) => (values.length === 0 ? undefined : values.map(kind.toJson)),
    fromJson: (json) =>
      expectArray(json).map((element, index) => {
        try {
          return kind.fromJson(element);
        } catch (error) {
          throw locate(error, `[${index}]`);
        }
      }),
  };
}

export const doubles = numberList({
  wireType: wireTypes.fixed64,
  write: writeDoubleBytes,
  read: (input) => input.double(),
  toJson: toJsonDouble,
  fromJson: parseJsonDouble,
});

/** Counts of the buckets of a histogram. */
export const fixed64Counts = numberList({
  wireType: wireTypes.fixed64,
  write: (out, value) => writeFixed64Bytes(out, toCount(value)),
  read: (input) => input.fixed64Number(),
  toJson: (value) => String(toCount(value)),
  fromJson: (json) => parseJsonInteger(json, ranges.uint64),
});

/** Counts of the buckets of an exponential histogram. */
export const varintCounts = numberList({
  wireType: wireTypes.varint,
  write: (out, value) => writeVarint(out, toCount(value)),
  read: (input) => input.uint64(),
  toJson: (value) => String(toCount(value)),
  fromJson: (json) => parseJsonInteger(json, ranges.uint64),
});
