/**
 * What one look at every character of a text found out. No mark: nothing to escape and nothing that could be a secret,
 * which is the case of nearly every field value, so that neither JSON.stringify nor a pattern runs for it.
 */
export const textMarks = {
  /** JSON or a terminal needs an escape. */
  escape: 1,
  /** `=` or `:`, which may stand between a name and its secret. */
  assignment: 2,
  /** `@`, which may follow user and password in an address. */
  at: 4,
  /** `%`, which may spell any of the others. */
  percent: 8,
  /** Ends like the opening of a well-known kind of key: `sk-`, `Bearer `, `eyJ`. */
  keyFormat: 16,
  /** `--`, which opens a command-line flag or a PEM block. */
  dashes: 32,
} as const;

/** The marks with which a text must be searched for secrets. */
export const secretMarks =
  textMarks.assignment | textMarks.at | textMarks.percent | textMarks.keyFormat | textMarks.dashes;

const { escape: escapeMark, assignment, at, percent, keyFormat, dashes } = textMarks;
/** The pair may end the opening of a key: what stands before it decides. */
const looksBack = 64;

// Marks by pair of characters below U+0080: one look-up for each character, 2.2 ns with the reading of it. A regular
// expression that only says whether there is any mark takes 3.5 ns for each, because its alternatives leave the engine
// nothing to skip.
const pairMarks = new Uint8Array(1 << 14);
const ownMarks = new Uint8Array(128).fill(escapeMark, 0, 0x20);
ownMarks[0x7f] = escapeMark;
for (const char of '"\\') ownMarks[char.charCodeAt(0)] = escapeMark;
for (const char of '=:') ownMarks[char.charCodeAt(0)] = assignment;
ownMarks['@'.charCodeAt(0)] = at;
ownMarks['%'.charCodeAt(0)] = percent;
// Row by row: element by element, before any code is compiled, it cost every import 0.8 ms.
for (let before = 0; before < 128; before += 1) pairMarks.set(ownMarks, before << 7);
// The last letter of sk- rk- glpat- xox?- xapp- CG- GOCSPX- sk_ rk_ gh?_ github_pat_ npm_ whsec_ hf_ dop_v1_ api_ KEY-
for (const end of 'ktpgxousrmcf1iybae') for (const mark of '-_') markPair(end + mark, looksBack);
for (const pair of ['s/', 'G.', '9.', 'yJ', 'IA', 'Iz']) markPair(pair, looksBack);
for (const end of 'rRcC') for (const space of ' \t\n\r') markPair(end + space, looksBack);
markPair('--', dashes);
for (const digit of '0123456789') markPair(`${digit}:`, looksBack);

function markPair(pair: string, marks: number): void {
  for (const spelling of [pair, pair.charAt(0).toUpperCase() + pair.slice(1)]) {
    const index = (spelling.charCodeAt(0) << 7) | spelling.charCodeAt(1);
    pairMarks[index] = (pairMarks[index] ?? 0) | marks;
  }
}

/** The marks of `text`; looks at every character once. */
export function markText(text: string): number {
  let marks = 0;
  let before = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 128) {
      const found = pairMarks[(before << 7) | code] as number;
      if (found !== 0) marks |= found < looksBack ? found : (found & ~looksBack) | lookBack(text, index, code);
      before = code;
    } else {
      if (isUnsafeCode(code)) marks |= escapeMark;
      before = 0;
    }
  }
  return marks;
}

/** Controls, line ends of some readers, marks and overrides of writing direction, halves of surrogate pairs. */
function isUnsafeCode(code: number): boolean {
  if (code < 0x200e) return code < 0xa0 || code === 0x61c;
  if (code < 0x2066) return code < 0x2010 || (code >= 0x2028 && code <= 0x202e);
  return code <= 0x2069 || (code >= 0xd800 && code <= 0xdfff);
}

/** Whether the characters before `index` make it the end of what a key begins with. */
function lookBack(text: string, index: number, code: number): number {
  if (index < 2) return 0;
  const before = text.charCodeAt(index - 1) | 0x20;
  const second = text.charCodeAt(index - 2) | 0x20;
  switch (code) {
    case 0x2d: // -
    case 0x5f: // _
      return keyEnd(before, second);
    case 0x2e: // . of SG. and ya29.
      return second === (before === 0x67 ? 0x73 : 0x32) ? keyFormat : 0;
    case 0x2f: // / of services/, webhooks/
      return second === 0x65 || second === 0x6b ? keyFormat : 0;
    case 0x4a: // J of eyJ
      return second === 0x65 ? keyFormat : 0;
    case 0x41: // A of AKIA, ASIA
      return second === 0x6b || second === 0x73 ? keyFormat : 0;
    case 0x7a: // z of AIza
      return second === 0x61 ? keyFormat : 0;
    case 0x3a: // the colon of 123456789:AA…
      return index >= 8 && isDigit(text.charCodeAt(index - 8)) && text.length - index > 30 ? keyFormat : 0;
    default: // white space after Bearer or Basic
      return endsWithScheme(text, index, before) ? keyFormat : 0;
  }
}

const keyEnds = new Uint8Array(1 << 14);
for (const end of 'sk rk at pp cg px ho hp hu hs hr pm ec hf v1 pi ey xb xa xp xe xr xs ca pa ss'.split(' ')) {
  keyEnds[(end.charCodeAt(0) << 7) | end.charCodeAt(1)] = keyFormat;
}

function keyEnd(before: number, second: number): number {
  return second < 128 ? (keyEnds[(second << 7) | before] ?? 0) : 0;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function endsWithScheme(text: string, index: number, before: number): boolean {
  if (before === 0x72) return index >= 6 && (text.charCodeAt(index - 6) | 0x20) === 0x62; // bearer
  return index >= 5 && (text.charCodeAt(index - 5) | 0x20) === 0x62; // basic
}
