/** How the walk judges and replaces what it finds. */
export interface JsonRules {
  readonly isSecretName: (name: string) => boolean;
  /** The replacement of one secret; called once for each. */
  readonly remove: () => string;
  /** Cleans the strings found inside, which may be JSON again. */
  readonly cleanLeaf: (text: string) => string;
}

// Deeper JSON than this is left to the text patterns.
const maximumDepth = 40;

/**
 * Removes secrets by name from text that is a JSON object or array.
 * Returns undefined when the text is no JSON or holds nothing to remove, so that its spelling is kept.
 */
export function cleanJsonText(text: string, rules: JsonRules): string | undefined {
  const first = text.trimStart().charAt(0);
  if (first !== '{' && first !== '[') return undefined;
  let removed = false;
  const noted: JsonRules = {
    isSecretName: rules.isSecretName,
    remove: () => {
      removed = true;
      return rules.remove();
    },
    cleanLeaf: (leaf) => {
      const cleaned = rules.cleanLeaf(leaf);
      if (cleaned !== leaf) removed = true;
      return cleaned;
    },
  };
  try {
    const cleaned = cleanValue(JSON.parse(text), noted, 0);
    return removed ? JSON.stringify(cleaned) : undefined;
  } catch {
    return undefined;
  }
}

function cleanValue(value: unknown, rules: JsonRules, depth: number): unknown {
  if (typeof value === 'string') return rules.cleanLeaf(value);
  if (typeof value !== 'object' || value === null || depth > maximumDepth) return value;
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, rules, depth + 1));
  const cleaned: Record<string, unknown> = Object.create(null);
  const named = pairedName(value);
  for (const [name, item] of Object.entries(value)) {
    const isSecret = rules.isSecretName(name) || (name === 'value' && named !== undefined && rules.isSecretName(named));
    cleaned[name] = isSecret && holdsSecret(item) ? rules.remove() : cleanValue(item, rules, depth + 1);
  }
  return cleaned;
}

/** The name under which `{name: 'authorization', value: '…'}` holds its value, as recorded requests write headers. */
export function pairedName(item: object): string | undefined {
  for (const key of ['name', 'key', 'header']) {
    const name: unknown = Reflect.get(item, key);
    if (typeof name === 'string') return name;
  }
  return undefined;
}

/** A missing value, an empty string or a yes/no cannot carry a secret and is worth seeing. */
export function holdsSecret(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '' && typeof value !== 'boolean';
}
