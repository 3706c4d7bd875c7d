import type { Redactor } from '../../redaction/redactor.ts';
import { holdsSecret, isFlatHeaders, pairNames } from '../../redaction/secret-names.ts';
import { markText } from '../../redaction/text-marks.ts';
import { describeError } from './error-description.ts';
import { createFieldNames, type FieldName } from './field-names.ts';
import { toJsonText } from './json-text.ts';
import { listKeys, readProperty, toLength } from './property-reading.ts';
import type { RedactionTrail } from './redaction-trail.ts';
import { describeOddity, errorWords, nameOf, readKind } from './value-kinds.ts';

/** How much of a value one line may carry; what is left out is always said in its place. */
export const encodingLimits = {
  depth: 8,
  /** Entries of one object, array, map or set. */
  entries: 200,
  /** Characters of one string. */
  text: 16_384,
  /** Characters of all values of a line together, about the largest line log collectors accept. */
  line: 131_072,
  /**
   * What one line may cost, counted in characters searched for secrets, 1 to 25 ms. Without it objects that share their
   * parts (eight lists of 200 times the next) would cost 200^8 steps and hardly a character.
   */
  work: 262_144,
} as const;

// In the currency of `work`, characters searched: what visiting an object costs, and listing one of its names. Names come
// all or none, so that a million of them take half a second before one is seen; four such objects are all a line can bear.
const objectWork = 64;
const keyWork = 8;
const mostKeyWork = encodingLimits.work / 4;

// Read past the cut before cleaning, so that a secret lying across it is still recognised.
const cutOverlap = 2_048;

const quotedFull = '"[left out: line is full]"';

type Step = string | number;

/** What a line says beside its values. */
export interface ValueEncoderOptions {
  /** Names that a line gives meaning to itself. */
  readonly reserved: ReadonlySet<string>;
  /** Notes where secrets were found, when somebody wants to know. */
  readonly trail: RedactionTrail | undefined;
}

interface Place {
  readonly depth: number;
  readonly owner: object | undefined;
}

const topLevel: Place = { depth: 0, owner: undefined };

/** Turns any value into JSON text with secrets removed; never throws. */
// A class because one instance serves every line of a process and carries the current line's budget.
export class ValueEncoder {
  /** What is known of a field name. */
  readonly name: (name: string) => FieldName;
  readonly #redactor: Redactor;
  readonly #trail: RedactionTrail | undefined;
  readonly #open: object[] = [];
  #room: number = encodingLimits.line;
  #work: number = encodingLimits.work;

  constructor(redactor: Redactor, { reserved, trail }: ValueEncoderOptions) {
    this.#redactor = redactor;
    this.#trail = trail;
    this.name = createFieldNames(redactor, reserved);
  }

  /** Forgets what the previous line used up. */
  startLine(): void {
    this.#room = encodingLimits.line;
    this.#work = encodingLimits.work;
  }

  /** Whether nothing more fits into the line. */
  get isFull(): boolean {
    return this.#room <= 0;
  }

  /** `,"name":value` of a field of the line; the value is not undefined. */
  field(name: FieldName, value: unknown): string {
    // Most fields are short texts and numbers under names that mean nothing to redaction. Gluing as few pieces as possible
    // matters more than all the rest: each costs 6 ns here and 9 more when the line is made flat for writing.
    if (name.verdict === 'none') {
      if (typeof value === 'string' && value.length < this.#room && value.length <= encodingLimits.text) {
        if ((markText(value) | this.#redactor.marks) === 0) {
          this.#room -= value.length;
          return `${name.nextText}${value}"`;
        }
      } else if (typeof value === 'number' && value - value === 0) return name.next + this.#spend(`${value}`);
    }
    return name.next + this.#named(name, value, topLevel);
  }

  /** A text of the line itself, which `step` names. */
  text(text: string, step: Step): string {
    return this.#text(text, step);
  }

  #named(name: FieldName, value: unknown, at: Place): string {
    // 'none' first: nearly every name.
    if (name.verdict !== 'none' && this.#isSecret(name, value, at.owner)) return this.#removed(value, name.plain);
    if (typeof value === 'string') return this.#text(value, name.plain);
    return this.#value(value, at.depth, name.plain);
  }

  #isSecret({ verdict }: FieldName, value: unknown, owner: object | undefined): boolean {
    if (!holdsSecret(value)) return false;
    if (verdict === 'secret') return true;
    if (verdict === 'auth') return typeof value === 'string' && value.includes(':');
    return verdict === 'value' && owner !== undefined && this.#namesSecret(owner);
  }

  /** `{name: 'authorization', value: '…'}` */
  #namesSecret(owner: object): boolean {
    for (const key of pairNames) {
      const name = readProperty(owner, key);
      if (typeof name === 'string') return this.#redactor.isSecretName(name);
    }
    return false;
  }

  #removed(value: unknown, step: Step): string {
    this.#trail?.note(step);
    return this.#spend(`"${this.#redactor.replace(value)}"`);
  }

  #value(value: unknown, depth: number, step: Step): string {
    if (this.#room <= 0) return quotedFull;
    switch (typeof value) {
      case 'string':
        return this.#text(value, step);
      case 'number':
        return this.#spend(Number.isFinite(value) ? `${value}` : `"${value}"`);
      case 'boolean':
        return this.#spend(value ? 'true' : 'false');
      case 'object':
        return value === null ? this.#spend('null') : this.#guarded(value, depth, step);
      case 'undefined':
        return this.#spend('null');
      default:
        return this.#text(describeOddity(value), step);
    }
  }

  #guarded(value: object, depth: number, step: Step): string {
    if (this.#open.includes(value)) return this.#spend('"[circular]"');
    this.#toil(objectWork);
    this.#room -= 2;
    this.#open.push(value);
    this.#trail?.enter(step);
    try {
      return this.#object(value, depth, step);
    } catch (error) {
      return this.#text(`[unreadable: ${errorWords(error)}]`);
    } finally {
      this.#open.pop();
      this.#trail?.leave();
    }
  }

  #object(value: object, depth: number, step: Step): string {
    if (Array.isArray(value)) {
      if (depth >= encodingLimits.depth) return this.#text('[too deep: Array]');
      return this.#array(value, { depth, size: toLength(value.length), flat: isFlat(step) });
    }
    const kind = readKind(value, encodingLimits.entries);
    if (kind.kind === 'text') return this.#text(kind.text);
    if (depth >= encodingLimits.depth) {
      return this.#text(`[too deep: ${kind.kind === 'error' ? errorWords(value) : nameOf(value)}]`);
    }
    switch (kind.kind) {
      case 'value':
        return this.#value(kind.value, depth + 1, '');
      case 'list':
        return this.#array(kind.items, { depth, size: kind.size, flat: false });
      case 'entries':
        return this.#entries(kind.entries, depth, kind.size);
      case 'error':
        return this.#properties(describeError(value), depth);
      case 'object':
        return this.#properties(value, depth);
    }
  }

  #properties(value: object, depth: number): string {
    const keys = listKeys(value, encodingLimits.entries);
    this.#toil(Math.min(keys.length * keyWork, mostKeyWork));
    const at = { depth: depth + 1, owner: value };
    const shown = Math.min(keys.length, encodingLimits.entries);
    let text = '';
    let index = 0;
    for (; index < shown && this.#room > 0; index += 1) {
      const key = keys[index] as string;
      const item = readProperty(value, key);
      if (item === undefined) continue;
      const name = this.name(key);
      text += `${text === '' ? '' : ','}${this.#spend(name.text)}${this.#named(name, item, at)}`;
    }
    return this.#closed(text, keys.length - index);
  }

  #entries(entries: readonly (readonly [unknown, unknown])[], depth: number, size: number): string {
    const taken = new Set<string>();
    let text = '';
    let index = 0;
    for (; index < entries.length && this.#room > 0; index += 1) {
      const [key, item] = entries[index] ?? [];
      // Search parameters may come twice, and the keys 1 and '1' are two in a Map.
      const own = typeof key === 'object' && key !== null ? this.#value(key, depth + 1, '') : describeOddity(key);
      let unique = own;
      for (let count = 2; taken.has(unique); count += 1) unique = `${own}#${count}`;
      taken.add(unique);
      const name = { ...this.name(unique), verdict: this.name(own).verdict };
      const encoded = this.#named(name, item ?? null, { depth: depth + 1, owner: undefined });
      text += `${text === '' ? '' : ','}${this.#spend(name.text)}${encoded}`;
    }
    return this.#closed(text, size - index);
  }

  #closed(text: string, leftOut: number): string {
    const note = leftOut > 0 ? `${text === '' ? '' : ','}"…":"${leftOut} more left out"` : '';
    return `{${text}${this.#spend(note)}}`;
  }

  /** `flat` tells Node's `rawHeaders`, one list of names and values, from other arrays. */
  #array(items: readonly unknown[], { depth, size, flat }: ArrayShape): string {
    const shown = Math.min(size, encodingLimits.entries);
    let text = '';
    let index = 0;
    let previous: unknown;
    for (; index < shown && this.#room > 0; index += 1) {
      const item = readProperty(items, index);
      const named = typeof previous === 'string' && isNameOfNext(previous, { index, size, flat });
      const secret = named && this.#redactor.isSecretName(previous as string) && holdsSecret(item);
      const encoded = secret ? this.#removed(item, index) : this.#value(item, depth + 1, index);
      text += index === 0 ? encoded : `,${encoded}`;
      previous = item;
    }
    if (size > index) text += `${text === '' ? '' : ','}${this.#spend(`"[${size - index} more left out]"`)}`;
    return `[${text}]`;
  }

  #text(text: string, step: Step = ''): string {
    const { length } = text;
    if (length > encodingLimits.text || length > this.#room) return this.#cut(text, step);
    const marks = markText(text) | this.#redactor.marks;
    if (marks === 0) {
      this.#room -= length + 3;
      return `"${text}"`;
    }
    this.#toil(length);
    return this.#spend(this.#cleaned(text, marks, step));
  }

  #cleaned(text: string, marks: number, step: Step): string {
    const before = this.#redactor.count;
    const cleaned = this.#redactor.cleanText(text, marks);
    if (this.#redactor.count !== before) this.#trail?.note(step);
    return cleaned === text ? toJsonText(text, marks) : toJsonText(cleaned);
  }

  /** Looks at the beginning only, however long the text is. */
  #cut(text: string, step: Step): string {
    const limit = Math.max(0, Math.min(encodingLimits.text, this.#room));
    this.#toil(limit);
    const before = this.#redactor.count;
    const seen = this.#redactor.cleanText(text.slice(0, limit + cutOverlap));
    if (this.#redactor.count !== before) this.#trail?.note(step);
    const kept = seen.slice(0, Math.max(0, Math.min(limit, seen.length - cutOverlap)));
    return this.#spend(toJsonText(`${kept}…[cut, ${text.length} characters]`));
  }

  /** With the comma or colon beside it. */
  #spend(encoded: string): string {
    this.#room -= encoded.length + 1;
    return encoded;
  }

  #toil(work: number): void {
    this.#work -= work;
    if (this.#work <= 0) this.#room = 0;
  }
}

interface ArrayShape {
  readonly depth: number;
  readonly size: number;
  readonly flat: boolean;
}

function isFlat(step: Step): boolean {
  return typeof step === 'string' && isFlatHeaders(step);
}

/** Whether `previous` names the item after it: in pairs, flat lists of headers, and arguments (`--token …`). */
function isNameOfNext(previous: string, at: { index: number; size: number; flat: boolean }): boolean {
  if (at.flat) return at.index % 2 === 1;
  return (at.size === 2 && at.index === 1) || previous.startsWith('--');
}
