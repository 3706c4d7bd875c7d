import { inspect, isDeepStrictEqual } from 'node:util';

/** The lines of one metric in Prometheus text, in an order and spelling of labels that do not depend on who wrote them. */
export function toComparableLines(text: string, metric: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(metric) && /^[\w:]+[{ ]/.test(line))
    .map(toComparableLine)
    .sort();
}

function toComparableLine(line: string): string {
  const [, name = '', labels = '', value = ''] = /^([\w:]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label, text = '']) =>
    // One writes the bound 1 as "1.0", the other as "1"; to Prometheus they are the same.
    label === 'le' ? `le="${toNumber(text)}"` : `${label}="${text}"`,
  );
  return `${name}{${pairs.sort().join(',')}} ${toNumber(value)}`;
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

/** @throws saying where ours and theirs differ */
export function assertEqual(ours: unknown, theirs: unknown, what: string): void {
  if (isDeepStrictEqual(ours, theirs)) return;
  throw new Error(`${what}: ours and theirs differ, so there is nothing to compare\n${firstDifference(ours, theirs)}`);
}

function firstDifference(ours: unknown, theirs: unknown): string {
  if (!Array.isArray(ours) || !Array.isArray(theirs)) return `ours ${inspect(ours)}\ntheirs ${inspect(theirs)}`;
  const at = ours.findIndex((one, index) => !isDeepStrictEqual(one, theirs[index]));
  const place = at < 0 ? ours.length : at;
  const lengths = `${ours.length} and ${theirs.length} entries; entry ${place}:`;
  return `${lengths}\nours ${inspect(ours[place])}\ntheirs ${inspect(theirs[place])}`;
}
