import type { Redactor } from '../../redaction/redactor.ts';
import { isFlatHeaders } from '../../redaction/secret-names.ts';
import { toJsonText } from './json-text.ts';

/** What is known of a field name before any value is seen. */
export interface FieldName {
  /** Without the secrets it may contain itself. */
  readonly plain: string;
  /** `"name":` */
  readonly text: string;
  /** `,"name":` */
  readonly next: string;
  /** `,"name":"` */
  readonly nextText: string;
  readonly verdict: NameVerdict;
  /** Whether a line gives meaning to this name itself. */
  readonly reserved: boolean;
}

/**
 * `secret`: what is stored under it is removed. `auth`: a text with a colon under it is user and password, as Node's request
 * options have it. `value`: belongs to the name beside it. `headers`: may be a flat list of names and values.
 */
export type NameVerdict = 'none' | 'secret' | 'auth' | 'value' | 'headers';

// Field names come from code and are few; a service that makes them from data fills this, and it starts anew.
const rememberedNames = 4_000;
const longestRemembered = 100;
const longestName = 1_024;

/**
 * Builds the look-up of names. One search in a map instead of escaping, cleaning and judging a name on every line:
 * 11 ns instead of 68.
 */
export function createFieldNames(redactor: Redactor, reserved: ReadonlySet<string>): (name: string) => FieldName {
  const remembered = new Map<string, FieldName>();
  return (name) => remembered.get(name) ?? learn(name);

  function learn(name: string): FieldName {
    const cleaned = redactor.cleanText(name.length > longestName ? name.slice(0, longestName) : name);
    const plain = name.length > longestName ? `${cleaned}…[cut, ${name.length} characters]` : cleaned;
    const text = `${toJsonText(plain)}:`;
    const verdict = judge(name, redactor);
    const learnt = { plain, text, next: `,${text}`, nextText: `,${text}"`, verdict, reserved: reserved.has(plain) };
    // One that lost a secret is counted each time it is written.
    if (plain !== name || name.length > longestRemembered) return learnt;
    if (remembered.size >= rememberedNames) remembered.clear();
    remembered.set(name, learnt);
    return learnt;
  }
}

function judge(name: string, redactor: Redactor): NameVerdict {
  if (redactor.isSecretName(name)) return 'secret';
  if (name === 'value') return 'value';
  if (name === 'auth') return 'auth';
  return isFlatHeaders(name) ? 'headers' : 'none';
}
