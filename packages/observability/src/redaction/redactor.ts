import { createTextRules } from './text-rules.ts';

/** What stands where a secret was. */
export const redactedText = '[REDACTED]';

/**
 * Finds secrets by the name they are stored under and by what they look like inside text.
 * `count` grows by one for every value removed; whoever owns a sink reads and reports it.
 */
export interface Redactor {
  count: number;
  /** Whether a value stored under `name` is a secret; names given by their end also as plural or numbered (`api_key_2`). */
  isSecretName(name: string): boolean;
  /** `text` without the secrets it contains; the same string when there are none. */
  cleanText(text: string): string;
}

// Field names come from code, so a few thousand are plenty; beyond that a name is judged afresh each time.
const rememberedNames = 4_000;

/** @param fields names as in `logging.redact_fields`; a leading `*` matches the end of a name */
export function createRedactor(fields: readonly string[]): Redactor {
  const matches = createNameMatcher(fields);
  const remembered = new Map<string, boolean>();
  const isSecretName = (name: string): boolean => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const secret = matches(name);
    if (remembered.size < rememberedNames && name.length <= 100) remembered.set(name, secret);
    return secret;
  };
  const clean = createTextRules(isSecretName, redactedText);
  const redactor: Redactor = {
    count: 0,
    isSecretName,
    cleanText(text) {
      const { text: cleaned, removed } = clean(text);
      redactor.count += removed;
      return cleaned;
    },
  };
  return redactor;
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

/** `X-Api-Key`, `x_api_key` and `xApiKey` are one name. */
function normalizeName(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
}
