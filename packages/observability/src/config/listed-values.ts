import type { VariableReading } from './environment-layer.ts';
import { nearestName } from './nearest-name.ts';

/** The members of a list; those that are unknown are told and left out, as OpenTelemetry asks. */
export function readMembers<T>(text: string, known: Readonly<Record<string, T>>, reading: VariableReading): T[] {
  const words = text.split(',').filter((word) => word.trim() !== '');
  return [...new Set(words.flatMap((word) => readMember(word, known, reading) ?? []))];
}

/** A member of a closed list, in whatever case; one that is unknown is told and left out. */
export function readMember<T>(
  text: string,
  known: Readonly<Record<string, T>>,
  { warn }: VariableReading,
): T | undefined {
  const word = text.trim().toLowerCase();
  if (Object.hasOwn(known, word)) return known[word];
  const names = Object.keys(known);
  const nearest = nearestName(word, names);
  const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
  warn(`knows ${names.join(', ')}, came ${JSON.stringify(text.trim().slice(0, 40))}, left out${hint}`);
  return undefined;
}

/** Several keys follow from one variable; only the first of them complains about it. */
export function silent(reading: VariableReading): VariableReading {
  return { ...reading, warn: () => undefined };
}

/** Milliseconds there, seconds here. */
export function readSeconds(text: string, reading: VariableReading, zero: number): number | undefined {
  const milliseconds = Number(text);
  if (!/^\s*\d{1,10}\s*$/.test(text) || milliseconds > 2 ** 31 - 1) {
    reading.refuse(`expected whole milliseconds from 0 to ${2 ** 31 - 1}, came ${JSON.stringify(text.slice(0, 40))}`);
    return undefined;
  }
  return milliseconds === 0 ? zero : milliseconds / 1_000;
}

/** Without the white space around, and text whatever it looks like. */
export function trimmed(text: string): string {
  return text.trim();
}
