import { cleanJsonText } from './json-rules.ts';

/** The cleaned text and how many secrets were taken out of it. */
export interface CleanedText {
  readonly text: string;
  readonly removed: number;
}

// Cheap refusal of the usual short text: each rule below needs one of these to match.
const suspicious =
  /[=:]|%3d|PRIVATE KEY-|bearer\s|basic\s|eyJ|[sr]k[-_]|gh[pousr]_|github_pat_|glpat-|npm_|xox[abpr]-|AKIA|AIza|CG-/i;

const userInfo = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'<>]{1,1000}@/gi;
// These swallow the rest of their line: their values contain spaces and separators.
const wholeLine =
  /(?<![\w-])((?:proxy-)?authorization|(?:set-)?cookie|mnemonic|seed[_ -]?phrase|passphrase|private[_ -]?key)(\s{0,4}[:=]\s{0,4})(?!["'\\[{\s])[^\r\n]+/gi;
const bearer = /\b(bearer\s{1,4})[^\s"'`,;<>\\]+/gi;
const basic = /\b(basic\s{1,4})([A-Za-z0-9+/_-]{4,}={0,2})/gi;
const pemBlock = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g;
const jsonWebToken = /\beyJ[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?/g;
const vendorKey =
  /\b(?:sk-[\w-]{16,}|[sr]k_(?:live|test)_\w{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|npm_\w{36}|xox[abpr]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|CG-\w{24})(?![\w-])/g;
// Addresses that are the secret: whoever knows them may write there.
const secretAddress =
  /(\/bot(?=\d{6,20}:[\w-]{30})|\bhooks\.slack\.com\/services\/|\bdiscord(?:app)?\.com\/api\/webhooks\/)(?:\d{6,20}:[\w-]{30,}|[\w/-]+)/g;
const queryKey = /([?&](?:key|sig|signature)=)[^\s&#"'<>]+/gi;
const nameAndSeparator = /(?<![\w.%-])([\w.%[\]-]{2,80})\\{0,15}["']?\s{0,8}[=:]\s{0,8}/g;
// A query inside a query: ?to=https%3A%2F%2Fh%3Fapi_key%3Dx%26a%3D1
const encodedAssignment = /((?:%[0-9a-f]{2})?)((?:[\w.-]|%5f|%2d){2,80})(%3d)((?:%(?!26)[0-9a-f]{2}|[^\s&"'<>\\%])+)/gi;
// Quoted, quoted with escaped quotes (JSON inside JSON), bracketed, or bare.
const assignedValue =
  /"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|(\\{1,15})(["'])[\s\S]*?(?:(?<!\\)\1\2|$)|\[[^\]]*\]?|\{[^}]*\}?|[^\s&"'<>\\]+/y;

/** Builds the function that removes secrets from text by pattern; names are judged by `isSecretName`. */
export function createTextRules(
  isSecretName: (name: string) => boolean,
  placeholder: string,
): (text: string) => CleanedText {
  const isSecret = (raw: string): boolean => {
    const name = decodePercent(raw);
    return isSecretName(name) || isSecretName(lastSegment(name));
  };
  return function clean(text) {
    if (!suspicious.test(text)) return { text, removed: 0 };
    let removed = 0;
    const remove = (): string => {
      removed += 1;
      return placeholder;
    };
    /** Counts nothing when an earlier rule has already replaced the value. */
    const removeAfter = (all: string, kept: string): string => (all === kept + placeholder ? all : kept + remove());
    const cleanLeaf = (leaf: string): string => {
      const inner = clean(leaf);
      removed += inner.removed;
      return inner.text;
    };
    const json = cleanJsonText(text, { isSecretName, remove, cleanLeaf });
    const cleaned = (json ?? text)
      .replace(pemBlock, remove)
      .replace(userInfo, (all, scheme: string) => (all === `${scheme}${placeholder}@` ? all : `${scheme}${remove()}@`))
      .replace(wholeLine, (all, name: string, separator: string) => removeAfter(all, name + separator))
      .replace(bearer, (all, kept: string) => removeAfter(all, kept))
      .replace(basic, (all, kept: string, value: string) => (isUserAndPassword(value) ? kept + remove() : all))
      .replace(jsonWebToken, remove)
      .replace(vendorKey, remove)
      .replace(secretAddress, (all, kept: string) => removeAfter(all, kept))
      .replace(encodedAssignment, (all, before: string, name: string, separator: string) =>
        isSecret(name) ? removeAfter(all, before + name + separator) : all,
      )
      .replace(queryKey, (all, kept: string) => removeAfter(all, kept));
    const result = replaceAssigned(cleaned, isSecret, (value) => {
      const quote = /^\\*["']/.exec(value)?.[0] ?? '';
      return value === quote + placeholder + quote ? value : quote + remove() + quote;
    });
    return removed === 0 ? { text, removed } : { text: result, removed };
  };
}

/**
 * Replaces the values of `name=value` and `name: value` whose name is a secret's. Not one regular expression for both
 * halves: in `note: password=x` the value of `note` would swallow the name that matters.
 */
function replaceAssigned(
  text: string,
  isSecret: (name: string) => boolean,
  replace: (value: string) => string,
): string {
  let result = '';
  let copied = 0;
  for (const match of text.matchAll(nameAndSeparator)) {
    const valueAt = match.index + match[0].length;
    if (match.index < copied || !isSecret(match[1] ?? '')) continue;
    assignedValue.lastIndex = valueAt;
    const value = assignedValue.exec(text)?.[0];
    if (value === undefined) continue;
    result += text.slice(copied, valueAt) + replace(value);
    copied = valueAt + value.length;
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function decodePercent(name: string): string {
  if (!name.includes('%')) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function lastSegment(name: string): string {
  return /[^.[\]%]+(?=[.[\]%]*$)/.exec(name)?.[0] ?? name;
}

function isUserAndPassword(encoded: string): boolean {
  return Buffer.from(encoded, 'base64').toString('latin1').includes(':');
}
