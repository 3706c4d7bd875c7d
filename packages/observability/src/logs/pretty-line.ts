import type { LogLevel } from './level.ts';
import { isLogLevel } from './level.ts';

const colours: Readonly<Record<LogLevel, number>> = { DEBUG: 90, INFO: 36, WARNING: 33, ERROR: 31, CRITICAL: 35 };
const hidden = new Set(['timestamp', 'level', 'logger', 'event', 'service', 'environment', 'version', 'span_id']);

/**
 * Builds the function that makes a JSON line readable on a terminal: time, level, event, fields, logger; an error's
 * stack follows on lines of its own. It starts from the finished JSON, so whatever redaction removed stays removed.
 */
export function createPrettyLine(colour: boolean): (line: string) => string {
  const paint = (text: string, code: number): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return (line) => {
    const record = JSON.parse(line) as Record<string, unknown>;
    const level = String(record['level']);
    const code = isLogLevel(level) ? colours[level] : 36;
    const parts = [
      paint(localTime(String(record['timestamp'])), 90),
      paint(level.padEnd(8), code),
      paint(printable(String(record['event'])), 1),
    ];
    let stack = '';
    for (const [name, value] of Object.entries(record)) {
      if (hidden.has(name)) continue;
      if (name === 'error' && isErrorField(value)) {
        parts.push(paint(`${printable(value.type)}: ${printable(value.message)}`, 31));
        stack = stackLines(value.stack);
      } else {
        const shown = name === 'trace_id' ? String(value).slice(0, 8) : showValue(value);
        parts.push(`${paint(`${printable(name)}=`, 90)}${shown}`);
      }
    }
    parts.push(paint(`(${printable(String(record['logger']))})`, 90));
    return parts.join(' ') + stack;
  };
}

function localTime(timestamp: string): string {
  const date = new Date(timestamp);
  const two = (value: number): string => String(value).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}

function isErrorField(value: unknown): value is { type: string; message: string; stack?: unknown } {
  return typeof value === 'object' && value !== null && 'type' in value && 'message' in value;
}

function stackLines(stack: unknown): string {
  if (typeof stack !== 'string') return '';
  const frames = stack.split('\n').filter((frame) => frame.trimStart().startsWith('at '));
  return frames.map((frame) => `\n    ${printable(frame.trim())}`).join('');
}

function showValue(value: unknown): string {
  const bare = typeof value === 'string' && /^[^\s"=]+$/.test(value);
  return printable(bare ? value : JSON.stringify(value));
}

/** Terminal control sequences inside data must not move the cursor or recolour the screen of whoever reads the log. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this takes out
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
