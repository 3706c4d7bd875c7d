import { types } from 'node:util';
import { isError } from './error-description.ts';
import type { FieldName } from './field-names.ts';
import { toJsonText } from './json-text.ts';
import { isIndexed, listKeys, readProperty, unreadable } from './property-reading.ts';
import type { RedactionTrail } from './redaction-trail.ts';
import { encodingLimits, type ValueEncoder } from './value-encoder.ts';

/** Where fields stand in their line. */
export interface FieldsPlace {
  /** What the paths of removed values begin with. */
  readonly root: string;
  /** Names that more particular fields have taken. Undefined when there are no others: most lines, and a set costs 50 ns. */
  readonly written: Set<string> | undefined;
  /** Whether the line has taken the name `error`. */
  readonly hasError: boolean;
}

/** Builds the function that writes fields as `,"name":value…`; it never throws. */
export function createFieldsEncoder(
  values: ValueEncoder,
  trail: RedactionTrail | undefined,
): (fields: unknown, place: FieldsPlace) => string {
  function encodeField(key: string, value: unknown, { source, place }: { source: object; place: FieldsPlace }): string {
    const own = values.name(key);
    const name = own.reserved || (place.hasError && key === 'error') ? renamed(own, { values, source, place }) : own;
    if (place.written !== undefined) place.written.add(key).add(name.plain);
    return values.field(name, value);
  }

  /** For objects that keep nothing in secret, nearly all: read in the loop over its names a value costs 3 ns, by a list of them 10. */
  function encodePlain(source: Readonly<Record<string, unknown>>, place: FieldsPlace): string {
    const within = { source, place };
    let text = '';
    let count = 0;
    for (const key in source) {
      if (!hasOwn.call(source, key)) continue;
      if (count >= encodingLimits.entries || values.isFull) return text + leftOut(source, count, place);
      count += 1;
      if (place.written?.has(key)) continue;
      let value: unknown;
      try {
        value = source[key];
      } catch {
        value = unreadable;
      }
      if (value !== undefined) text += encodeField(key, value, within);
    }
    return text;
  }

  return (fields, place) => {
    trail?.from(place.root);
    return encodePlain(readFields(fields), place);
  };
}

const hasOwn = Object.prototype.hasOwnProperty;

function leftOut(source: object, count: number, place: FieldsPlace): string {
  return `,${toJsonText(`… ${place.root}`)}:"${Object.keys(source).length - count} more left out"`;
}

/** `level` becomes `field_level`, and goes on growing while the caller has a field of that very name too. */
function renamed(
  own: FieldName,
  { values, source, place }: { values: ValueEncoder; source: object; place: FieldsPlace },
): FieldName {
  let name = own;
  do name = values.name(`field_${name.plain}`);
  while (name.reserved || hasOwn.call(source, name.plain) || place.written?.has(name.plain));
  return { ...name, verdict: own.verdict };
}

type ReadableFields = Readonly<Record<string, unknown>>;

/** What callers without types pass in place of fields is shown, too: an error above all. */
function readFields(fields: unknown): ReadableFields {
  if (typeof fields !== 'object' || fields === null) return fields === undefined || fields === null ? {} : { fields };
  try {
    if (types.isProxy(fields)) return Array.isArray(fields) ? { fields } : copyProxy(fields);
    const prototype: unknown = Object.getPrototypeOf(fields);
    if (prototype === Object.prototype || prototype === null) return fields as ReadableFields;
    if (isError(fields)) return { error: fields };
    if (isIndexed(fields)) return { fields };
    // No key of its own: one of the types that keep theirs inside.
    return Object.keys(fields).length === 0 ? { fields } : (fields as ReadableFields);
  } catch {
    return { fields };
  }
}

/** Asks a proxy for its names once and for each value once: `for…in` would call its traps for every prototype, too. */
function copyProxy(proxy: object): ReadableFields {
  const copy: Record<string, unknown> = Object.create(null);
  for (const key of listKeys(proxy, encodingLimits.entries).slice(0, encodingLimits.entries)) {
    copy[key] = readProperty(proxy, key);
  }
  return copy;
}
