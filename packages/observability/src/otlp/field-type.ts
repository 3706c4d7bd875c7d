import type { ByteWriter } from '../metrics/exposition/byte-writer.ts';
import type { WireType } from '../protobuf/wire.ts';
import type { DecodeBudget } from './decode-budget.ts';
import { OtlpDecodeError } from './decode-error.ts';
import type { WireReader } from './wire-reader.ts';

/**
 * How the values of a field are written and read, in both encodings. A message is a table of fields with such types
 * (`message-type.ts`), so that each field number and each name of the protocol stands in one place, and writing and
 * reading cannot drift apart.
 */
export interface FieldType<T> {
  /** What a field has that did not come. Shared, therefore never changed. */
  readonly initial: T;
  /** Whether the property is absent, and not `undefined`, where the field did not come. */
  readonly isOptional?: true;
  /** Writes nothing for the value that a missing field has. */
  write(out: ByteWriter, field: number, value: T): void;
  /** @param before - what the field had until now: the last one wins, messages merge, lists grow */
  read(input: WireReader, wireType: WireType, before: T): T;
  /** @returns undefined for the value that a missing field has */
  toJson(value: T): unknown;
  /** @param json - neither null nor undefined */
  fromJson(json: unknown, budget: DecodeBudget): T;
}

export function expectWireType(came: WireType, expected: WireType): void {
  if (came === expected) return;
  throw new OtlpDecodeError('malformed', `expected the wire type ${expected}; came ${came}`);
}

export function expectArray(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json;
  throw new OtlpDecodeError('value', 'expected an array');
}

export function expectObject(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new OtlpDecodeError('value', 'expected an object');
}

/** A field whose property is absent, or undefined, when it did not come or came with the value of one that did not. */
export function optional<T>(type: FieldType<T>): FieldType<T | undefined> {
  const unlessInitial = (value: T): T | undefined => (value === type.initial ? undefined : value);
  return {
    initial: undefined,
    isOptional: true,
    write(out, field, value) {
      if (value !== undefined) type.write(out, field, value);
    },
    read: (input, wireType, before) => unlessInitial(type.read(input, wireType, before ?? type.initial)),
    toJson: (value) => (value === undefined ? undefined : type.toJson(value)),
    fromJson: (json, budget) => unlessInitial(type.fromJson(json, budget)),
  };
}
