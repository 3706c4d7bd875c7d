import { defaultRedactFields } from '../redaction/default-fields.ts';
import { createRedactor } from '../redaction/redactor.ts';
import { isTree } from './layers.ts';

/** Shows values of a configuration without what they hold of secrets. */
export interface ConfigPrinter {
  /** Whether the value under a dotted key is not to be shown at all, whatever it looks like. */
  isSecretKey(key: string): boolean;
  /** The value as plain data, with `(set)` in place of secrets at any depth; `null` where there is none. */
  toPrintable(key: string, value: unknown): unknown;
  /** Text without the secrets it holds: passwords and queries of addresses, and what looks like a key. */
  cleanText(text: string): string;
}

// Beyond what log lines need: in a configuration whatever is called a key or a token is one.
// `max_tokens` and the like are none, which is why the plural has no star.
const secretEndings = ['*key', '*token', 'bearer_tokens', '*secret', '*password', 'basic_users', 'headers'];

/** @param redactFields further names whose values are secrets, as in `logging.redact_fields` */
export function createConfigPrinter(redactFields: readonly string[] = []): ConfigPrinter {
  const redactor = createRedactor([...defaultRedactFields, ...secretEndings, ...redactFields]);
  const cleanText = (text: string): string => redactor.cleanText(withoutAddressSecrets(text));
  const isSecretKey = (key: string): boolean => key.split('.').some((step) => redactor.isSecretName(step));

  const toPrintable = (key: string, value: unknown): unknown => {
    if (value === undefined || value === null || value === '') return value === '' ? '' : null;
    if (Array.isArray(value)) return value.map((item) => (isSecretKey(key) ? '(set)' : toPrintable('', item)));
    if (isTree(value)) {
      const inside = Object.entries(value).map(([name, item]): [string, unknown] => [name, toPrintable(name, item)]);
      return isSecretKey(key)
        ? Object.fromEntries(inside.map(([name]) => [name, '(set)']))
        : Object.fromEntries(inside);
    }
    if (isSecretKey(key)) return '(set)';
    return typeof value === 'string' ? cleanText(value) : value;
  };
  return { isSecretKey, toPrintable, cleanText };
}

/** User and password come before an `@`, with or without the scheme that should stand before them; queries hold keys. */
function withoutAddressSecrets(text: string): string {
  return text
    .replace(/(\/\/)[^/@\s"]*@/g, '$1(set)@')
    .replace(/^[^/@\s"]*@(?=[\w.[-]+(?::\d|\/|$))/, '(set)@')
    .replace(/^(\S*:\S*)\?\S+$/, '$1?(set)');
}
