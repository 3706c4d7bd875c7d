import { Buffer } from 'node:buffer';
import { cleanLabelText } from '../../metrics/label-redaction.ts';
import { escapeQuoted, toWellFormed } from '../../metrics/text-escapes.ts';
import type { AnyValue, Attributes } from '../../otlp/common-model.ts';

// What a series may carry. More is an attack, or a mistake that would cost the same.
export const maxLabels = 64;
const maxLabelNameLength = 512;
const maxLabelValueLength = 4096;
// Of all of them together, as they are shown. V8 hashes a string of more than 16,383 characters by nothing but its length:
// with longer labels of one length each series would be compared with all others, and 4,000 of them hold up the process for
// a minute. The source's own labels and the metric's name come to it.
const maxTextLength = 8192;
const maxTexts = 20_000;

const validLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Labels ready for output. */
export interface LabelText {
  /** `a="x",b="y"`: names in order, values escaped and free of secrets. Equal text, same series. */
  readonly text: string;
  /**
   * Not empty where other attributes could have given the same text, because a name was changed, a secret taken out, a value
   * is no string or is empty: then this, and not the text, tells two streams of a source apart.
   */
  readonly rawKey: string;
}

/** Names that the labels themselves must leave free, because what shows them adds its own. */
export interface ReservedLabels {
  readonly has: (name: string) => boolean;
}

/** Attributes to labels, remembering what came before: the same names and values come again with each export. */
export class LabelTexts {
  private readonly values = new Map<string, string>();
  private readonly names = new Map<string, string>();
  private readonly onRedacted: () => void;

  constructor(onRedacted: () => void) {
    this.onRedacted = onRedacted;
  }

  /** @returns null when they are beyond the limits */
  of(attributes: Attributes, reserved: ReservedLabels): LabelText | null {
    const keys = Object.keys(attributes);
    if (keys.length === 0) return { text: '', rawKey: '' };
    if (keys.length > maxLabels) return null;
    // The order of the original names decides the order of values that end up under one name.
    if (keys.length > 1) keys.sort();
    let isAltered = false;
    const pairs: [name: string, value: string][] = [];
    for (const key of keys) {
      const sent = attributes[key] ?? null;
      const raw = toText(sent);
      if (key.length > maxLabelNameLength || raw.length > maxLabelValueLength) return null;
      const name = this.nameOf(key, reserved);
      const value = this.valueOf(raw);
      // A sender may count under `1` and `"1"`, or under `a: ''` and without `a`. Taken for one stream, the lower of the two
      // would look like a restart each time.
      if (name !== key || typeof sent !== 'string' || raw === '') isAltered = true;
      else if (value !== raw && !isEscaped(value, raw)) isAltered = true;
      if (raw !== '') pairs.push([name, value]);
    }
    const text = toLabelText(isAltered ? joinEqual(pairs) : pairs);
    const rawKey = isAltered ? toRawKey(keys, attributes) : '';
    return text.length > maxTextLength || rawKey.length > maxTextLength ? null : { text, rawKey };
  }

  /** Escaped and free of secrets. */
  valueOf(raw: string): string {
    const known = this.values.get(raw);
    if (known !== undefined) return known;
    const wellFormed = toWellFormed(raw);
    const clean = cleanLabelText(wellFormed);
    if (clean !== wellFormed) this.onRedacted();
    const escaped = escapeQuoted(clean);
    if (this.values.size >= maxTexts) this.values.clear();
    this.values.set(raw, escaped);
    return escaped;
  }

  private nameOf(key: string, reserved: ReservedLabels): string {
    let name = this.names.get(key);
    if (name === undefined) {
      name = toLabelName(key);
      if (this.names.size >= maxTexts) this.names.clear();
      this.names.set(key, name);
    }
    return reserved.has(name) ? `exported_${name}` : name;
  }
}

/** A label's name in Prometheus: invalid characters to `_`, none of them first, the reserved `__` moved away. */
export function toLabelName(key: string): string {
  const valid = validLabel.test(key) ? key : key.replace(/[^a-zA-Z0-9_]+/g, '_').replace(/_{2,}/g, '_');
  if (valid === '' || /^\d/.test(valid)) return `key_${valid}`;
  return valid.startsWith('__') ? `exported_${valid}` : valid;
}

/** An attribute's value as the specification spells those that are no strings: JSON, bytes in base64. */
export function toText(value: AnyValue): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  try {
    return JSON.stringify(value, (_key, part: unknown) => {
      if (typeof part === 'bigint') return String(part);
      return part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part;
    });
  } catch {
    return '';
  }
}

/** `a="x",b="y"` of pairs whose values are escaped. */
export function toLabelText(pairs: readonly (readonly [name: string, value: string])[]): string {
  let text = '';
  for (const [name, value] of pairs) text = `${text}${text === '' ? '' : ','}${name}="${value}"`;
  return text;
}

/** Equal for equal attributes of equal types only. */
function toRawKey(keys: readonly string[], attributes: Attributes): string {
  return JSON.stringify(
    keys.map((key) => {
      const sent = attributes[key] ?? null;
      return typeof sent === 'string' ? [key, sent] : [key, toText(sent), typeof sent];
    }),
  );
}

/** Whether the only difference is the escapes, which lose nothing. */
function isEscaped(escaped: string, raw: string): boolean {
  return escaped === escapeQuoted(raw);
}

/** As the specification wants it: values of names that became equal are joined with `;`. */
function joinEqual(pairs: readonly [name: string, value: string][]): readonly (readonly [string, string])[] {
  const joined = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before};${value}`);
  }
  return [...joined].sort(([a], [b]) => (a < b ? -1 : 1));
}
