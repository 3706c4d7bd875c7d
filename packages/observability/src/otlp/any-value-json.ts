import { Buffer } from 'node:buffer';
import { addAttribute, createAttributes, isList, maxWrittenDepth, noAttributes } from './attribute-map.ts';
import type { AnyValue, Attributes } from './common-model.ts';
import { type DecodeBudget, memoryBytes } from './decode-budget.ts';
import { locate } from './decode-error.ts';
import { expectArray, expectObject } from './field-type.ts';
import { isInt64, isWhole } from './integers.ts';
import {
  parseJsonBigint,
  parseJsonBoolean,
  parseJsonDouble,
  parseJsonString,
  ranges,
  toJsonDouble,
  toUtf8Text,
} from './json-values.ts';

export function toJsonKeyValues(value: Attributes, depth: number): unknown[] {
  return Object.keys(value).map((name) => ({
    key: toUtf8Text(name),
    value: toJsonAnyValue(value[name] as AnyValue, depth),
  }));
}

export function toJsonAnyValue(value: AnyValue, depth: number): Record<string, unknown> {
  if (typeof value === 'string') return { stringValue: toUtf8Text(value) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return isWhole(value) ? { intValue: String(value) } : { doubleValue: toJsonDouble(value) };
  }
  if (typeof value === 'bigint') {
    return isInt64(value) ? { intValue: String(value) } : { stringValue: String(value) };
  }
  if (typeof value !== 'object' || value === null || depth >= maxWrittenDepth) return {};
  if (value instanceof Uint8Array) return { bytesValue: Buffer.from(value).toString('base64') };
  if (!isList(value)) return { kvlistValue: { values: toJsonKeyValues(value, depth + 1) } };
  return { arrayValue: { values: value.map((element) => toJsonAnyValue(element, depth + 1)) } };
}

export function fromJsonKeyValues(json: unknown, budget: DecodeBudget): Attributes {
  const elements = expectArray(json);
  if (elements.length === 0) return noAttributes;
  budget.spend(memoryBytes.map);
  const read = createAttributes();
  for (let i = 0; i < elements.length; i++) {
    try {
      const { key, value } = expectObject(elements[i]);
      const name = isMissing(key) ? '' : parseJsonString(key);
      const parsed = isMissing(value) ? null : fromJsonAnyValue(value, budget);
      addAttribute(read, name, parsed);
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
  bytesValue: fromJsonBytes,
} satisfies Record<string, JsonReader>);

function fromJsonBytes(json: unknown, budget: DecodeBudget): Uint8Array {
  budget.spend(memoryBytes.bytes);
  return new Uint8Array(Buffer.from(parseJsonString(json), 'base64'));
}

function toModelInteger(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Of several kinds at once the last one counts, as in protobuf. */
export function fromJsonAnyValue(json: unknown, budget: DecodeBudget): AnyValue {
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
  budget.spend(memoryBytes.list);
  return expectArray(json).map((element, index) => {
    try {
      return fromJsonAnyValue(element, budget);
    } catch (error) {
      throw locate(error, `[${index}]`);
    }
  });
}
