import { isLogLevel, type LogLevel } from '../level.ts';
import { isPrettyError, type Paint, type PrettyError, prettyErrorLines } from './pretty-line-error.ts';
import { printable, printableValue } from './printable-text.ts';

const colours: Readonly<Record<LogLevel, number>> = { DEBUG: 90, INFO: 36, WARNING: 33, ERROR: 31, CRITICAL: 35 };
const hidden = new Set(['timestamp', 'level', 'logger', 'event', 'service', 'environment', 'version', 'span_id']);

/**
 * Builds the function that makes a JSON line readable on a terminal: time, level, event, fields, logger; an error's
 * stack, causes and fields follow on lines of their own. It starts from the finished JSON, so whatever redaction removed
 * stays removed, and writes whatever a terminal would obey as a visible escape.
 */
export function createPrettyLine(colour: boolean): (line: string) => string {
  const paint: Paint = (text, code) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  return (line) => {
    const record = JSON.parse(line) as Record<string, unknown>;
    const level = String(record['level']);
    const parts = [
      paint(localTime(String(record['timestamp'])), 90),
      paint(printable(level).padEnd(8), isLogLevel(level) ? colours[level] : 36),
      paint(printable(String(record['event'])), 1),
    ];
    let error: PrettyError | undefined;
    for (const [name, value] of Object.entries(record)) {
      if (hidden.has(name)) continue;
      if (name === 'error' && isPrettyError(value)) {
        error = value;
        parts.push(paint(`${printable(value.type)}: ${printable(value.message)}`, 31));
      } else {
        const shown = name === 'trace_id' ? printable(String(value).slice(0, 8)) : printableValue(value);
        parts.push(`${paint(`${printable(name)}=`, 90)}${shown}`);
      }
    }
    parts.push(paint(`(${printable(String(record['logger']))})`, 90));
    const below = error === undefined ? [] : prettyErrorLines(error, paint);
    return [parts.join(' '), ...below].join('\n');
  };
}

function localTime(timestamp: string): string {
  const date = new Date(timestamp);
  const two = (value: number): string => String(value).padStart(2, '0');
  const milliseconds = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}
