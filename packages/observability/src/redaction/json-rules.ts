import { bracketEnd } from './brackets.ts';
import { holdsSecret, isFlatHeaders, pairNames } from './secret-names.ts';

/** How the walk judges and replaces what it finds. */
export interface JsonRules {
  readonly isSecretName: (name: string) => boolean;
  readonly replace: (secret: unknown) => string;
  /** Cleans the strings found inside, which may be JSON again. */
  readonly cleanLeaf: (text: string) => string;
}

// Deeper JSON than this is left to the text patterns.
const deepestWalked = 40;

/** Cleaned JSON; `complete` when nothing in it is left to the text patterns. */
export interface CleanedJson {
  readonly text: string;
  readonly complete: boolean;
}

/**
 * Removes secrets by name from text that is a JSON object or array, undefined when it is none. Everything else keeps its
 * spelling, down to the digits of numbers and the order of doubled keys, which parsing and printing would change.
 */
export function cleanJsonText(text: string, rules: JsonRules): CleanedJson | undefined {
  if (!opensJson(text)) return undefined;
  try {
    JSON.parse(text);
    return new JsonWalk(text, rules).run();
  } catch {
    return undefined;
  }
}

const embedded = /[[{](?=\s*["[{])/g;
// A text of nothing but open brackets would be read to its end from each of them.
const mostEmbedded = 20;

/** Removes secrets by name from JSON that stands within other text; the text patterns know no lists of headers. */
export function cleanEmbeddedJson(text: string, rules: JsonRules): string {
  let result = '';
  let copied = 0;
  let from = 0;
  for (let tries = 0; tries < mostEmbedded; tries += 1) {
    // Set each time: strings inside may hold JSON within text again.
    embedded.lastIndex = from;
    const start = embedded.exec(text)?.index;
    if (start === undefined) break;
    const end = bracketEnd(text, start);
    const cleaned = cleanJsonText(text.slice(start, end), rules);
    from = cleaned === undefined ? start + 1 : end;
    if (cleaned === undefined) continue;
    result += text.slice(copied, start) + cleaned.text;
    copied = end;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function opensJson(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first > 0x20) return first === 0x7b || first === 0x5b;
  return /^\s*[[{]/.test(text);
}

const token = /\s*(?:"(?:[^"\\]|\\.)*"|[[\]{}:,]|[^\s[\]{}:,"]+)/y;

/** A piece of the output, and the text it was when it is a string that may be a name. */
interface Piece {
  readonly out: string;
  readonly plain: unknown;
}

// A class because it is a position in a text that several functions move. The text is known to be valid JSON.
class JsonWalk {
  readonly #text: string;
  readonly #rules: JsonRules;
  #at = 0;
  #complete = true;

  constructor(text: string, rules: JsonRules) {
    this.#text = text;
    this.#rules = rules;
  }

  run(): CleanedJson {
    const { out } = this.#value('', 0);
    return { text: out + this.#text.slice(this.#at), complete: this.#complete };
  }

  #next(): string {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #value(name: string, depth: number): Piece {
    const from = this.#at;
    const raw = this.#next();
    const bare = raw.trimStart();
    if (bare === '{' || bare === '[') {
      if (depth >= deepestWalked) return this.#passOver(from);
      return { out: raw + (bare === '{' ? this.#object(depth) : this.#array(name, depth)), plain: undefined };
    }
    if (!bare.startsWith('"')) return { out: raw, plain: bare };
    const plain = String(JSON.parse(bare));
    const cleaned = this.#rules.cleanLeaf(plain);
    return { out: cleaned === plain ? raw : before(raw) + JSON.stringify(cleaned), plain };
  }

  #object(depth: number): string {
    const pieces: string[] = [];
    let named: string | undefined;
    let valueAt = -1;
    let value: unknown;
    let raw = this.#next();
    for (; raw.trimStart() !== '}'; raw = this.#next()) {
      if (raw.trimStart() === ',') {
        pieces.push(raw);
        continue;
      }
      const name = String(JSON.parse(raw));
      const cleanedName = this.#rules.cleanLeaf(name);
      pieces.push(cleanedName === name ? raw : before(raw) + JSON.stringify(cleanedName), this.#next());
      const from = this.#at;
      const piece = this.#member(name, depth);
      pieces.push(piece.out);
      if (typeof piece.plain === 'string' && pairNames.includes(name)) named ??= piece.plain;
      if (name === 'value') {
        valueAt = pieces.length - 1;
        value = JSON.parse(this.#text.slice(from, this.#at));
      }
    }
    if (valueAt >= 0 && named !== undefined && this.#rules.isSecretName(named) && holdsSecret(value)) {
      pieces[valueAt] = JSON.stringify(this.#rules.replace(value));
    }
    return pieces.join('') + raw;
  }

  #member(name: string, depth: number): Piece {
    return this.#rules.isSecretName(name) ? this.#secret() : this.#value(name, depth + 1);
  }

  #array(name: string, depth: number): string {
    const flat = isFlatHeaders(name);
    const pieces: string[] = [];
    let count = 0;
    let previous: unknown;
    let second: string | undefined;
    for (let peeked = this.#peek(); peeked !== ']'; peeked = this.#peek()) {
      if (peeked === ',') {
        pieces.push(this.#next());
        continue;
      }
      const from = this.#at;
      const named = typeof previous === 'string' && this.#rules.isSecretName(previous);
      const secret = named && ((flat && count % 2 === 1) || (previous as string).startsWith('--'));
      const piece = secret ? this.#secret() : this.#value('', depth + 1);
      if (named && count === 1 && !secret) second = this.#text.slice(from, this.#at);
      pieces.push(piece.out);
      previous = piece.plain;
      count += 1;
    }
    // ["authorization", "Bearer …"], as entries of headers and maps are written.
    const paired: unknown = second !== undefined && count === 2 ? JSON.parse(second) : undefined;
    if (holdsSecret(paired)) pieces[pieces.length - 1] = JSON.stringify(this.#rules.replace(paired));
    return pieces.join('') + this.#next();
  }

  #peek(): string {
    const from = this.#at;
    const found = this.#next().trimStart();
    this.#at = from;
    return found;
  }

  #passOver(from: number): Piece {
    this.#complete = false;
    this.#at = from;
    return { out: this.#skip(), plain: undefined };
  }

  /** The spelling of the value that comes next. */
  #skip(): string {
    const from = this.#at;
    for (let depth = 0; ; ) {
      const bare = this.#next().trimStart();
      if (bare === '{' || bare === '[') depth += 1;
      else if (bare === '}' || bare === ']') depth -= 1;
      if (depth === 0) return this.#text.slice(from, this.#at);
    }
  }

  /** Passes over a value whose name says that it is a secret. */
  #secret(): Piece {
    const raw = this.#skip();
    const value: unknown = JSON.parse(raw);
    return {
      out: holdsSecret(value) ? before(raw) + JSON.stringify(this.#rules.replace(value)) : raw,
      plain: undefined,
    };
  }
}

/** The white space a token begins with. */
function before(raw: string): string {
  return raw.slice(0, raw.length - raw.trimStart().length);
}
