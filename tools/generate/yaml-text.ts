export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/**
 * Plain data as YAML in block style. Strings of several lines become literal blocks, all others are quoted as
 * JSON, which YAML reads the same way; so nothing in a text can be taken for syntax.
 */
export function toYaml(value: YamlValue): string {
  return `${block(value, 0).trimStart()}\n`;
}

function block(value: YamlValue, depth: number): string {
  const margin = `\n${'  '.repeat(depth)}`;
  if (typeof value === 'string') return ` ${text(value, depth)}`;
  if (typeof value !== 'object') return ` ${value}`;
  if (isList(value)) {
    return value.length === 0
      ? ' []'
      : value.map((item) => `${margin}- ${block(item, depth + 1).trimStart()}`).join('');
  }
  return Object.entries(value)
    .map(([key, item]) => `${margin}${key}:${block(item, depth + 1)}`)
    .join('');
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

function text(value: string, depth: number): string {
  if (/^[A-Za-z_][A-Za-z0-9_ ./-]*$/.test(value) && !isReserved(value)) return value;
  const isLiteral = value.includes('\n') && !/^\s|\s$|[^\S\n]\n|\r/.test(value);
  return isLiteral ? `|-\n${value.replaceAll(/^(?=.)/gm, '  '.repeat(depth))}` : JSON.stringify(value);
}

/** Words that YAML 1.1 or 1.2 reads as something else than text. */
function isReserved(value: string): boolean {
  return /^(true|false|yes|no|on|off|null|y|n)$/i.test(value) || /\s$/.test(value);
}
