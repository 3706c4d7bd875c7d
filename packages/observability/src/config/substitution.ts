/** What came of the `${…}` in one text. */
export type Substitution =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'replaced'; readonly text: string }
  | { readonly kind: 'failed'; readonly message: string };

/** Environment variables as `process.env` holds them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const variableName = /^[A-Za-z_]\w*$/;

/**
 * Puts environment variables in place of `${NAME}`, `${NAME:default}` and `${NAME:-default}`; `$$` stands for one `$`.
 * An empty variable counts as not set, as in a shell's `:-`. Defaults may contain further `${…}`.
 */
export function substitute(text: string, env: Environment): Substitution {
  if (!text.includes('$')) return { kind: 'plain', text };
  let result = '';
  let replaced = false;
  for (let index = 0; index < text.length; ) {
    if (text.startsWith('$$', index)) {
      result += '$';
      index += 2;
    } else if (text.startsWith('${', index)) {
      const end = closingBrace(text, index + 2);
      if (end === -1) return { kind: 'failed', message: 'expected "}" to end "${", came the end of the value' };
      const value = expand(text.slice(index + 2, end), env);
      if (value.kind === 'failed') return value;
      result += value.text;
      replaced = true;
      index = end + 1;
    } else {
      result += text[index];
      index += 1;
    }
  }
  return { kind: replaced ? 'replaced' : 'plain', text: result };
}

function expand(inside: string, env: Environment): Substitution {
  const colon = inside.indexOf(':');
  const name = colon === -1 ? inside : inside.slice(0, colon);
  if (!variableName.test(name)) {
    return { kind: 'failed', message: `expected \${NAME} or \${NAME:default}, came a name that is none: "${name}"` };
  }
  const value = env[name];
  if (value !== undefined && value !== '') return { kind: 'replaced', text: value };
  if (colon === -1) {
    return {
      kind: 'failed',
      message: `expected the environment variable ${name} to be set, it is not (give a default with \${${name}:default})`,
    };
  }
  const rest = inside.slice(colon + 1);
  return substitute(rest.startsWith('-') ? rest.slice(1) : rest, env);
}

function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let index = from; index < text.length; index += 1) {
    if (text.startsWith('${', index)) depth += 1;
    else if (text[index] === '}') depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}

/** A value as YAML would read it unquoted: text from the environment has no type of its own. */
export function readScalar(text: string): string | number | boolean | null {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null' || text === '~') return null;
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}
