/**
 * OTLP's AnyValue in the values of the language: a bigint, and a number that is a safe integer, is an int_value, any other
 * number a double_value, also a negative zero; a bigint beyond 64 bits is its digits in a string_value; a Uint8Array is
 * bytes_value, null an unset value. Objects have no prototype when they come from outside.
 */
export type AnyValue = string | boolean | number | bigint | null | Uint8Array | readonly AnyValue[] | Attributes;

/** OTLP's list of KeyValue. A name given twice has the value it was given first. */
export interface Attributes {
  readonly [name: string]: AnyValue;
}

/** Who made the telemetry. */
export interface Resource {
  readonly attributes: Attributes;
  readonly droppedAttributesCount?: number;
}

/** Which library of it did. */
export interface Scope {
  readonly name: string;
  readonly version?: string;
  readonly attributes?: Attributes;
}
