import { printable, printableValue } from './printable-text.ts';

/** Puts `text` into an ANSI colour, or leaves it as it is. */
export type Paint = (text: string, code: number) => string;

/** An error as lines carry it. */
export interface PrettyError {
  readonly type: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
  readonly fields?: unknown;
}

const red = 31;
const grey = 90;
const mostFrames = 30;

/** Whether a field is an error as `describeError` writes it. */
export function isPrettyError(value: unknown): value is PrettyError {
  return typeof value === 'object' && value !== null && isText(value, 'type') && isText(value, 'message');
}

/** What stands below the line of an error: frames, what was attached to it, what caused it and what it stands for. */
export function prettyErrorLines(error: PrettyError, paint: Paint, indent = '    '): string[] {
  const lines = frames(error.stack).map((frame) => paint(indent + frame, grey));
  for (const [name, value] of attached(error)) {
    lines.push(`${indent}${paint(`${printable(name)}=`, grey)}${printableValue(value)}`);
  }
  const inside: (readonly [string, unknown])[] = error.cause === undefined ? [] : [['caused by', error.cause]];
  if (Array.isArray(error.errors)) inside.push(...error.errors.map((item: unknown) => ['one of', item] as const));
  for (const [relation, inner] of inside) {
    if (!isPrettyError(inner)) {
      lines.push(`${indent}${relation} ${printableValue(inner)}`);
      continue;
    }
    lines.push(`${indent}${relation} ${paint(`${printable(inner.type)}: ${printable(inner.message)}`, red)}`);
    lines.push(...prettyErrorLines(inner, paint, `${indent}    `));
  }
  return lines;
}

function attached(error: PrettyError): (readonly [string, unknown])[] {
  const { code, fields } = error;
  const entries: (readonly [string, unknown])[] = code === undefined ? [] : [['code', code]];
  return typeof fields === 'object' && fields !== null ? [...entries, ...Object.entries(fields)] : entries;
}

function frames(stack: unknown): string[] {
  if (typeof stack !== 'string') return [];
  const found = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  const shown = found.slice(0, mostFrames).map((line) => printable(line.trim()));
  return found.length > mostFrames ? [...shown, `… ${found.length - mostFrames} more`] : shown;
}

function isText(value: object, key: string): boolean {
  return key in value && typeof (value as Record<string, unknown>)[key] === 'string';
}
