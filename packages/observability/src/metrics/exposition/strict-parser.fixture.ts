import type { ExpositionFormat } from './formats.ts';

/** One sample line as read back. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: { readonly labels: Readonly<Record<string, string>>; readonly value: number };
}

export interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly unit?: string;
  readonly samples: readonly ParsedSample[];
}

const name = '[a-zA-Z_][a-zA-Z0-9_]*';
const number = '(?:NaN|[+-]Inf|-?[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?)';
const labelPair = `${name}="(?:[^"\\\\\\n]|\\\\[\\\\n"])*"`;
const labelSet = `(?:${labelPair}(?:,${labelPair})*)`;
const samplePattern = new RegExp(
  `^(${name})(?:\\{(${labelSet})\\})? (${number})(?: # \\{(${labelSet})\\} (${number})(?: [0-9]+\\.[0-9]+)?)?$`,
);
const commentPattern = new RegExp(`^# (HELP|TYPE|UNIT) (${name}) (.*)$`, 's');

const suffixes: Readonly<Record<ExpositionFormat, Readonly<Record<string, readonly string[]>>>> = {
  text: { counter: [''], gauge: [''], histogram: ['_bucket', '_sum', '_count'] },
  openmetrics: { counter: ['_total'], gauge: [''], histogram: ['_bucket', '_sum', '_count'] },
};

/**
 * Reads what the encoder writes and nothing looser: the subset of each format this library emits, with every rule
 * the official parsers hold. For tests.
 * @throws Error naming the line
 */
export function parseStrictly(text: string, format: ExpositionFormat): readonly ParsedFamily[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('last line is not ended');
  const lines = text.split('\n').slice(0, -1);
  if (format === 'openmetrics' && lines.pop() !== '# EOF') throw new Error('no # EOF at the end');
  const families = splitFamilies(lines).map((family) => parseFamily(family, format));
  const names = families.flatMap((family) => [family.name, ...new Set(family.samples.map((sample) => sample.name))]);
  const owners = new Set<string>();
  for (const family of families) {
    if (owners.has(family.name)) throw new Error(`family ${family.name} twice`);
    owners.add(family.name);
  }
  if (names.length === 0 && lines.length > 0) throw new Error('lines without a family');
  return families;
}

/** A family is what lies between one HELP line and the next. */
function splitFamilies(lines: readonly string[]): readonly (readonly string[])[] {
  const families: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('# HELP ')) families.push([line]);
    else if (families.length === 0) throw new Error(`before the first HELP: ${line}`);
    else families.at(-1)?.push(line);
  }
  return families;
}

function parseFamily(lines: readonly string[], format: ExpositionFormat): ParsedFamily {
  const comments = lines.filter((line) => line.startsWith('#')).map(parseComment);
  const [help, type, unit] = comments;
  if (help?.kind !== 'HELP' || type?.kind !== 'TYPE' || comments.length > 3) throw new Error(`comments of ${lines[0]}`);
  if (unit !== undefined && (unit.kind !== 'UNIT' || format === 'text')) throw new Error(`unit of ${lines[0]}`);
  if (comments.some((comment) => comment.name !== help.name)) throw new Error(`names of ${lines[0]}`);
  if (unit !== undefined && !help.name.endsWith(`_${unit.value}`)) throw new Error(`unit of ${help.name}`);
  if (lines.slice(comments.length).some((line) => line.startsWith('#'))) throw new Error(`order of ${help.name}`);
  const samples = lines.slice(comments.length).map((line) => parseSample(line, format));
  const allowed = suffixes[format][type.value]?.map((suffix) => help.name + suffix);
  if (allowed === undefined) throw new Error(`type of ${help.name}`);
  const family: ParsedFamily = {
    name: help.name,
    type: type.value,
    help: readEscaped(help.value, format === 'openmetrics'),
    ...(unit === undefined ? {} : { unit: unit.value }),
    samples,
  };
  checkSamples(family, allowed);
  if (family.type === 'histogram') checkHistogram(family);
  return family;
}

function parseComment(line: string): { kind: string; name: string; value: string } {
  const [, kind = '', of = '', value = ''] = commentPattern.exec(line) ?? [];
  if (kind === '') throw new Error(`comment ${line}`);
  return { kind, name: of, value };
}

function parseSample(line: string, format: ExpositionFormat): ParsedSample {
  const found = samplePattern.exec(line);
  if (found === null) throw new Error(`sample ${line}`);
  const [, of = '', labels, value = '', exemplarLabels, exemplarValue] = found;
  const sample = { name: of, labels: parseLabels(labels), value: parseNumber(value) };
  if (exemplarLabels === undefined) return sample;
  if (format === 'text' || !/_(?:bucket|total)$/.test(of)) throw new Error(`exemplar on ${line}`);
  const exemplar = { labels: parseLabels(exemplarLabels), value: parseNumber(exemplarValue ?? '') };
  if (Object.entries(exemplar.labels).flat().join('').length > 128) throw new Error(`exemplar too long: ${line}`);
  return { ...sample, exemplar };
}

function parseLabels(text: string | undefined): Readonly<Record<string, string>> {
  const labels: [string, string][] = [];
  for (const [pair] of (text ?? '').matchAll(new RegExp(labelPair, 'g'))) {
    const at = pair.indexOf('=');
    labels.push([pair.slice(0, at), readEscaped(pair.slice(at + 2, -1), true)]);
  }
  if (new Set(labels.map(([label]) => label)).size !== labels.length) throw new Error(`label twice: ${text}`);
  return Object.fromEntries(labels);
}

function readEscaped(text: string, quotes: boolean): string {
  return text.replace(/\\(.)/g, (found, escaped: string) => {
    if (escaped === 'n') return '\n';
    if (escaped === '\\' || (escaped === '"' && quotes)) return escaped;
    throw new Error(`escape ${found}`);
  });
}

function parseNumber(text: string): number {
  return text.endsWith('Inf') ? Number(text.replace('Inf', 'Infinity')) : Number(text);
}

function checkSamples(family: ParsedFamily, allowed: readonly string[]): void {
  const seen = new Set<string>();
  for (const { name: of, labels, value } of family.samples) {
    if (!allowed.includes(of)) throw new Error(`${of} in family ${family.name}`);
    const key = JSON.stringify([of, Object.entries(labels).sort()]);
    if (seen.has(key)) throw new Error(`series twice: ${key}`);
    seen.add(key);
    const isCount = family.type === 'counter' || of.endsWith('_bucket') || of.endsWith('_count');
    if (family.type !== 'gauge' && isCount && !(value >= 0)) throw new Error(`${of} is ${value}`);
  }
}

/** Buckets of one series together, ascending, cumulative, closed by +Inf, which equals the count. */
function checkHistogram(family: ParsedFamily): void {
  let buckets: { bound: number; count: number }[] = [];
  for (const { name: of, labels, value } of family.samples) {
    if (of.endsWith('_bucket')) {
      const last = buckets.at(-1);
      const bound = parseNumber(labels['le'] ?? 'NaN');
      if (last?.bound === Number.POSITIVE_INFINITY) buckets = [];
      else if (last !== undefined && !(bound > last.bound && value >= last.count)) throw new Error(`buckets of ${of}`);
      buckets.push({ bound, count: value });
      continue;
    }
    const closing = buckets.at(-1);
    if (closing?.bound !== Number.POSITIVE_INFINITY) throw new Error(`+Inf of ${family.name}`);
    if (of.endsWith('_count') && value !== closing.count) throw new Error(`count of ${family.name}`);
  }
}
