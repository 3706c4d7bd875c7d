import type { z } from 'zod';
import { nearestName } from './nearest-name.ts';
import { createConfigPrinter } from './printable-value.ts';
import { keysAt } from './schema-keys.ts';
import type { KeyPath } from './yaml-document.ts';

/** A finding of the schema as a path and a sentence. */
export interface ExplainedIssue {
  readonly path: KeyPath;
  /** Whether the key itself is wrong, not its value. */
  readonly ofKey: boolean;
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

const printer = createConfigPrinter();

/** Says for each finding what was expected and what came, without the values of secrets. */
export function explainIssue(issue: Issue, input: unknown, schema: z.ZodType): readonly ExplainedIssue[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    const allowed = keysAt(schema, path);
    return issue.keys.map((key) => ({
      path: [...path, key],
      ofKey: true,
      message: `expected ${listNames(allowed)}, came an unknown key${didYouMean(nearestName(key, allowed))}`,
    }));
  }
  const value = valueAt(input, path);
  return [
    {
      path,
      ofKey: false,
      message: `expected ${expectation(issue)}, came ${cameText(value, path)}${hint(issue, value)}`,
    },
  ];
}

function expectation(issue: Issue): string {
  // zod's own sentences start so; any other was written beside the schema and says it better than we could here.
  if (!/^(?:Invalid|Too|Unrecognized)\b/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return articled(String(issue.expected));
    case 'invalid_value':
      return issue.values.length === 1
        ? JSON.stringify(issue.values[0])
        : `one of ${issue.values.map((value) => String(value)).join(', ')}`;
    case 'too_small':
      return `${measured(issue.origin)} ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}`;
    case 'too_big':
      return `${measured(issue.origin)} ${issue.inclusive === false ? 'below' : 'of at most'} ${issue.maximum}`;
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return formatNames[issue.format] ?? `text in the format ${issue.format}`;
    case 'invalid_union':
      return (
        issue.errors
          .map((errors) => errors.map(expectation).join(' and '))
          .filter(Boolean)
          .join(' or ') || 'another value'
      );
    default:
      return issue.message;
  }
}

const formatNames: Readonly<Record<string, string>> = {
  url: 'a URL such as http://127.0.0.1:4318',
  starts_with: 'a path starting with /',
};

function measured(origin: string): string {
  if (origin === 'string') return 'text with a length';
  if (origin === 'array' || origin === 'set') return 'a list with a length';
  return 'a number';
}

function articled(type: string): string {
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'a section of keys',
    record: 'a section of keys',
    array: 'a list',
  };
  return words[type] ?? type;
}

function hint(issue: Issue, value: unknown): string {
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    return didYouMean(nearestName(value, issue.values.map(String)));
  }
  if (issue.code !== 'invalid_type') return '';
  if (issue.expected === 'string' && isScalar(value)) return ' (put it in quotes)';
  if (typeof value !== 'string') return '';
  if (issue.expected === 'boolean' && /^(?:y|yes|n|no|on|off|true|false)$/i.test(value)) {
    return ' (write true or false, without quotes)';
  }
  const isNumber = value.trim() !== '' && Number.isFinite(Number(value));
  return isNumber && /^(?:number|int)$/.test(issue.expected) ? ' (write it without quotes)' : '';
}

function isScalar(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}

function didYouMean(name: string | undefined): string {
  return name === undefined ? '' : ` (did you mean "${name}"?)`;
}

function listNames(names: readonly string[]): string {
  return names.length === 0 ? 'no such key' : `one of ${names.join(', ')}`;
}

function cameText(value: unknown, path: KeyPath): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'an empty value';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'a section of keys';
  const text = String(value);
  if (printer.isSecretKey(path.map(String).join('.'))) return `a value of ${text.length} characters (not shown)`;
  if (typeof value !== 'string') return text;
  // Cut last: half a secret is not recognised any more.
  const shown = printer.cleanText(text);
  return JSON.stringify(shown.length > 80 ? `${shown.slice(0, 80)}…` : shown);
}

/** The input at a path, undefined where the path ends early. */
export function valueAt(input: unknown, path: KeyPath): unknown {
  let current = input;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = Reflect.get(current, step);
  }
  return current;
}
