import { bracketEnd } from './brackets.ts';
import type { ReplaceSecret } from './key-formats.ts';
import { isRedacted } from './placeholder.ts';

const longestName = 80;
const mostSpaces = 8;

// Their values contain spaces and separators: everything up to the end of the line is taken.
const wholeLine = /(?:authorization|cookies?|mnemonic|seed[_ -]?phrase|passphrase|private[_ -]?key)s?\d{0,3}$/i;
// In a query, and nowhere else, these are secrets.
const queryKey = /^(?:key|sig|signature)$/i;
// Names of several parts, or written otherwise than they read.
const compound = /[.[\]%\s]/;
// What JSON and programs print for values that are none.
const emptyValue = /(?:null|undefined|true|false|none)(?=[\s,;&}\])"']|$)/iy;
const jsonNumber = /-?\d[\d.eE+-]*(?=[\s,}\]]|$)/y;
// Quoted, quoted with escaped quotes (JSON inside JSON), or bare.
const quotedValue = /"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|(\\{1,15})(["'])[\s\S]*?(?:(?<!\\)\1\2|$)/y;
const queryValue = /[^\s&#"'<>\\]+/y;
const bareValue = /[^\s&"'<>\\]+/y;
// What follows a closed bracket without a break: `[a]b`.
const tail = /[^\s&"'<>\\,;)}\]]+/y;
const restOfLine = /[^\r\n]+/y;

/** The name before a separator, as far as it can be told from text. */
interface AssignedName {
  readonly name: string;
  readonly quoted: boolean;
  /** Between `?` or `&` and `=`. */
  readonly inQuery: boolean;
}

/**
 * Replaces the values of `name=value` and `name: value` whose name is a secret's. It goes from separator to separator and
 * reads the name backwards: in `note: password=x` the value of `note` would otherwise swallow the name that matters.
 */
export function cleanAssignedValues(
  text: string,
  isSecretName: (name: string) => boolean,
  replace: ReplaceSecret,
): string {
  let result = '';
  let copied = 0;
  let equals = text.indexOf('=');
  let colon = nextColon(text, 0);
  while (equals !== -1 || colon !== -1) {
    const at = colon === -1 || (equals !== -1 && equals < colon) ? equals : colon;
    if (at === equals) equals = text.indexOf('=', at + 1);
    else colon = nextColon(text, at + 1);
    if (at < copied) continue;
    const found = nameBefore(text, at, copied);
    if (found === undefined || !isSecret(found, isSecretName)) continue;
    const from = valueStart(text, at, found);
    const value = valueAt(text, from, found);
    if (value === '' || isRedacted(value)) continue;
    const quote = /^\\*["']/.exec(value)?.[0] ?? '';
    const inner = value.endsWith(quote)
      ? value.slice(quote.length, value.length - quote.length)
      : value.slice(quote.length);
    if (isRedacted(inner) || inner === '') continue;
    result += `${text.slice(copied, from)}${quote}${replace(inner)}${quote}`;
    copied = from + value.length;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

/** The next colon that is not the one of `https://`, which assigns nothing. */
function nextColon(text: string, from: number): number {
  let colon = text.indexOf(':', from);
  while (colon !== -1 && text.startsWith('//', colon + 1)) colon = text.indexOf(':', colon + 1);
  return colon;
}

function nameBefore(text: string, separator: number, floor: number): AssignedName | undefined {
  let end = separator;
  while (end > floor && separator - end < mostSpaces && isSpace(text.charCodeAt(end - 1))) end -= 1;
  const quote = text.charCodeAt(end - 1);
  const quoted = quote === 0x22 || quote === 0x27;
  if (quoted) end -= 1;
  for (let escapes = 0; end > floor && escapes < 15 && text.charCodeAt(end - 1) === 0x5c; escapes += 1) end -= 1;
  let start = end;
  while (start > floor && end - start < longestName && isNameCode(text.charCodeAt(start - 1))) start -= 1;
  // A time, a port, a line in a file: 12:30, 127.0.0.1:80.
  const isNumber = isDigit(text.charCodeAt(start)) && isDigit(text.charCodeAt(end - 1));
  if (end - start < 2 || isNumber) return undefined;
  const before = text.charCodeAt(start - 1);
  const inQuery = (before === 0x3f || before === 0x26) && text.charCodeAt(separator) === 0x3d;
  // "api key: …", "Access Token: …"
  if (before === 0x20) start = wordBefore(text, start - 1, floor);
  return { name: text.slice(start, end), quoted, inQuery };
}

function wordBefore(text: string, space: number, floor: number): number {
  let start = space;
  while (start > floor && space - start < 20 && isLetter(text.charCodeAt(start - 1))) start -= 1;
  return start === space ? space + 1 : start;
}

function isSecret({ name, inQuery }: AssignedName, isSecretName: (name: string) => boolean): boolean {
  if (isSecretName(name) || (inQuery && queryKey.test(name))) return true;
  if (!compound.test(name)) return false;
  const plain = decodePercent(name);
  return isSecretName(lastSegment(plain)) || (plain !== name && isSecretName(plain));
}

function valueAt(text: string, from: number, { name, quoted, inQuery }: AssignedName): string {
  emptyValue.lastIndex = from;
  if (emptyValue.test(text)) return '';
  const code = text.charCodeAt(from);
  if (code === 0x22 || code === 0x27 || code === 0x5c) return match(quotedValue, text, from);
  if (code === 0x5b || code === 0x7b) {
    const end = bracketEnd(text, from);
    return text.slice(from, end) + match(tail, text, end);
  }
  const number = quoted ? match(jsonNumber, text, from) : '';
  if (number !== '') return number;
  if (inQuery) return match(queryValue, text, from);
  return match(wholeLine.test(name) ? restOfLine : bareValue, text, from);
}

function match(pattern: RegExp, text: string, from: number): string {
  pattern.lastIndex = from;
  return pattern.exec(text)?.[0] ?? '';
}

/** Behind the separator, which may be the arrow of a printed Map or hash; `token => token.id` is code. */
function valueStart(text: string, separator: number, { name, quoted }: AssignedName): number {
  const from = skipSpaces(text, separator + 1);
  if (!text.startsWith('=>', separator)) return from;
  const behind = skipSpaces(text, separator + 2);
  const code = text.charCodeAt(behind);
  return quoted || name.endsWith(']') || code === 0x22 || code === 0x27 || code === 0x5c ? behind : from;
}

function skipSpaces(text: string, from: number): number {
  let index = from;
  while (index - from < mostSpaces && isSpace(text.charCodeAt(index))) index += 1;
  return index;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

/** Letters, digits and `_ . % - [ ]`; beyond ASCII everything, as names may be in any language. */
function isNameCode(code: number): boolean {
  if (isLetter(code) || isDigit(code)) return true;
  return (
    code === 0x5f || code === 0x2e || code === 0x2d || code === 0x25 || code === 0x5b || code === 0x5d || code > 0xa0
  );
}

function decodePercent(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** The last name of a path: `b` of `a.b`, `a[b]` and `a b`. */
function lastSegment(name: string): string {
  let end = name.length;
  while (end > 0 && isBetweenSegments(name.charCodeAt(end - 1))) end -= 1;
  let start = end;
  while (start > 0 && !isBetweenSegments(name.charCodeAt(start - 1))) start -= 1;
  return name.slice(start, end);
}

function isBetweenSegments(code: number): boolean {
  return code === 0x2e || code === 0x5b || code === 0x5d || code === 0x25 || isSpace(code);
}
