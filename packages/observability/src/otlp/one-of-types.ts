import { wireTypes, writeDouble, writeFixed64 } from '../protobuf/wire.ts';
import { expectWireType, type FieldType } from './field-type.ts';
import { isInt64 } from './integers.ts';
import { parseJsonBigint, parseJsonDouble, ranges, toJsonDouble } from './json-values.ts';
import type { MessageType } from './message-type.ts';
import type { Temporality } from './metric-model.ts';
import { int32 } from './scalar-types.ts';

type NumberValue = number | bigint | undefined;

/** One of the two kinds of value; also for an integer beyond 64 bits, which has no other form. */
export const asDouble: FieldType<NumberValue> = {
  initial: undefined,
  write(out, field, value) {
    if (value !== undefined && !isInt64(value)) writeDouble(out, field, Number(value));
  },
  read(input, wireType) {
    expectWireType(wireType, wireTypes.fixed64);
    return input.double();
  },
  toJson: (value) => (value === undefined || isInt64(value) ? undefined : toJsonDouble(Number(value))),
  fromJson: parseJsonDouble,
};

export const asInt: FieldType<NumberValue> = {
  initial: undefined,
  write(out, field, value) {
    if (isInt64(value)) writeFixed64(out, field, value);
  },
  read(input, wireType) {
    expectWireType(wireType, wireTypes.fixed64);
    return input.sfixed64();
  },
  toJson: (value) => (isInt64(value) ? String(value) : undefined),
  fromJson: (json) => parseJsonBigint(json, ranges.int64),
};

const temporalities: readonly Temporality[] = ['unspecified', 'delta', 'cumulative'];
const toTemporality = (number: number): Temporality => temporalities[number] ?? 'unspecified';

export const temporality: FieldType<Temporality> = {
  initial: 'unspecified',
  write: (out, field, value) => int32.write(out, field, temporalities.indexOf(value)),
  read: (input, wireType) => toTemporality(int32.read(input, wireType, 0)),
  toJson: (value) => int32.toJson(temporalities.indexOf(value)),
  fromJson: (json, budget) => toTemporality(int32.fromJson(json, budget)),
};

/** One of several messages, told apart by their `kind`. The one that came last counts, as the protocol says. */
export function variant<K extends string, M extends object, U extends { readonly kind: string }>(
  kind: K,
  type: MessageType<M>,
): FieldType<U | undefined> {
  const isOfKind = (value: U | undefined): boolean => value?.kind === kind;
  const toVariant = (message: M): U => ({ kind, ...message }) as unknown as U;
  return {
    initial: undefined,
    write(out, field, value) {
      if (isOfKind(value)) type.writeElement(out, field, value as unknown as M);
    },
    read: (input, wireType, before) =>
      toVariant(type.read(input, wireType, isOfKind(before) ? (before as unknown as M) : type.initial)),
    toJson: (value) => (isOfKind(value) ? type.toJsonObject(value as unknown as M) : undefined),
    fromJson: (json, budget) => toVariant(type.fromJson(json, budget)),
  };
}
