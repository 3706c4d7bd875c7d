import { isError } from './error-description.ts';
import type { FieldName } from './field-names.ts';
import { toJsonText } from './json-text.ts';
import { listKeys, readProperty } from './property-reading.ts';
import type { RedactionTrail } from './redaction-trail.ts';
import { encodingLimits, type ValueEncoder } from './value-encoder.ts';

/** Where fields stand in their line. */
export interface FieldsPlace {
  /** What the paths of removed values begin with. */
  readonly root: string;
  /** Names that more particular fields have taken. Undefined when there are no others: most lines, and a set costs 60 ns. */
  readonly written: Set<string> | undefined;
  /** Whether the line has taken the name `error`. */
  readonly hasError: boolean;
}

/** Builds the function that writes fields as `,"name":value…`; it never throws. */
export function createFieldsEncoder(
  values: ValueEncoder,
  trail: RedactionTrail | undefined,
): (fields: unknown, place: FieldsPlace) => string {
  return (fields, place) => {
    trail?.from(place.root);
    const { source, keys } = readFields(fields);
    const shown = Math.min(keys.length, encodingLimits.entries);
    let text = '';
    let index = 0;
    for (; index < shown && !values.isFull; index += 1) {
      const key = keys[index] as string;
      if (place.written?.has(key)) continue;
      const value = readProperty(source, key);
      if (value === undefined) continue;
      const own = values.name(key);
      const name = own.reserved || (place.hasError && key === 'error') ? renamed(own, { values, keys, place }) : own;
      text += `,${name.text}${values.field(name, value)}`;
      if (place.written !== undefined) place.written.add(key).add(name.plain);
    }
    return index < keys.length
      ? `${text},${toJsonText(`… ${place.root}`)}:"${keys.length - index} more left out"`
      : text;
  };
}

/** `level` becomes `field_level`, and goes on growing while the caller has a field of that very name too. */
function renamed(
  own: FieldName,
  { values, keys, place }: { values: ValueEncoder; keys: readonly string[]; place: FieldsPlace },
): FieldName {
  let name = own;
  do name = values.name(`field_${name.plain}`);
  while (keys.includes(name.plain) || place.written?.has(name.plain));
  return { ...name, verdict: own.verdict };
}

interface ReadableFields {
  readonly source: object;
  readonly keys: readonly string[];
}

const none: ReadableFields = { source: {}, keys: [] };
const errorKey: readonly string[] = ['error'];
const fieldsKey: readonly string[] = ['fields'];

/** What callers without types pass in place of fields is shown, too: an error above all. */
function readFields(fields: unknown): ReadableFields {
  if (fields === undefined || fields === null) return none;
  try {
    if (typeof fields !== 'object') return { source: { fields }, keys: fieldsKey };
    const keys = listKeys(fields, encodingLimits.entries);
    // No key of its own: empty, or one of the types that keep theirs inside.
    if (keys.length === 0 || isError(fields)) return readKeyless(fields);
    return { source: fields, keys };
  } catch {
    return { source: { fields }, keys: fieldsKey };
  }
}

function readKeyless(fields: object): ReadableFields {
  if (isError(fields)) return { source: { error: fields }, keys: errorKey };
  const prototype: unknown = Object.getPrototypeOf(fields);
  return prototype === Object.prototype || prototype === null ? none : { source: { fields }, keys: fieldsKey };
}
