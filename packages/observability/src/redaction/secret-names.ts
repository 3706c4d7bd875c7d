// Names come from code and are few; whoever makes them from data fills this, and it starts anew.
const rememberedNames = 4_000;
const longestRemembered = 100;

/**
 * Builds the judgement of names. Spelling counts for nothing: `X-Api-Key`, `x_api_key` and `xApiKey` are one name.
 *
 * @param fields names as in `logging.redact_fields`; a leading `*` matches the end of a name, also plural or numbered
 */
export function createNameJudge(fields: readonly string[]): (name: string) => boolean {
  // Made for the first name: patterns over all of Unicode cost every import 0.6 ms, and many processes never ask.
  let matches: ((name: string) => boolean) | undefined;
  const remembered = new Map<string, boolean>();
  return (name) => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    matches ??= createNameMatcher(fields);
    const secret = matches(name);
    if (name.length <= longestRemembered) {
      if (remembered.size >= rememberedNames) remembered.clear();
      remembered.set(detached(name), secret);
    }
    return secret;
  };
}

/** Names found in text are slices that keep the whole text in memory; a property key is a copy of its own. */
function detached(name: string): string {
  return Object.keys({ [name]: 0 })[0] ?? name;
}

function createNameMatcher(fields: readonly string[]): (name: string) => boolean {
  const exact = new Set<string>();
  const endings: string[] = [];
  for (const field of fields) {
    const normalized = normalizeName(field);
    if (normalized === '') continue;
    if (field.startsWith('*')) endings.push(normalized);
    else exact.add(normalized);
  }
  return (name) => {
    const normalized = normalizeName(name);
    if (exact.has(normalized) || endings.some((ending) => normalized.endsWith(ending))) return true;
    const single = normalized.replace(/s?\d{0,3}$/, '');
    return single !== normalized && endings.some((ending) => single.endsWith(ending));
  };
}

function normalizeName(name: string): string {
  return name
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** A missing value, an empty string or a yes/no cannot carry a secret and is worth seeing. */
export function holdsSecret(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && typeof value !== 'boolean';
}

/** Names of flat lists of header names and values: Node's `rawHeaders`, undici's `headers`. */
export function isFlatHeaders(name: string): boolean {
  return /^(?:raw_?)?(?:headers|trailers)$/i.test(name);
}

/** The name that `{name: 'authorization', value: '…'}` gives to its value, as recorded requests write headers. */
export const pairNames: readonly string[] = ['name', 'key', 'header'];
