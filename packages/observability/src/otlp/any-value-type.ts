import { fromJsonAnyValue, fromJsonKeyValues, toJsonAnyValue, toJsonKeyValues } from './any-value-json.ts';
import { readAnyValue, readKeyValue, writeAnyValue, writeAttributes } from './any-value-protobuf.ts';
import { noAttributes } from './attribute-map.ts';
import type { AnyValue, Attributes } from './common-model.ts';
import type { FieldType } from './field-type.ts';

/** A list of KeyValue. A name given twice has the value it was given first. */
export const attributes: FieldType<Attributes> = {
  initial: noAttributes,
  write: (out, field, value) => writeAttributes(out, field, { value, depth: 0 }),
  read: readKeyValue,
  toJson(value) {
    const list = toJsonKeyValues(value, 0);
    return list.length === 0 ? undefined : list;
  },
  fromJson: fromJsonKeyValues,
};

/** A value of any kind; null is none. */
export const anyValue: FieldType<AnyValue> = {
  initial: null,
  write(out, field, value) {
    if (value !== null) writeAnyValue(out, field, { value, depth: 0 });
  },
  read: readAnyValue,
  toJson: (value) => (value === null ? undefined : toJsonAnyValue(value, 0)),
  fromJson: fromJsonAnyValue,
};
