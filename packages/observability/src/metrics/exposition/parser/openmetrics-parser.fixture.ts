import { LineReader } from './line-reader.fixture.ts';
import { checkFamily, isExemplarAllowed, reservedNames, sampleSuffixes } from './openmetrics-rules.fixture.ts';
import {
  ExpositionSyntaxError,
  type ParsedExemplar,
  type ParsedFamily,
  type ParsedSample,
} from './parsed-exposition.fixture.ts';
import { parseFloat64 } from './text-parser.fixture.ts';

const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const token = /[^ ]*/y;
const nativeHistogram = /\{[a-z_]+:(?:[^,[\]{}]+|\[[^[\]{}]*\])(?:,[a-z_]+:(?:[^,[\]{}]+|\[[^[\]{}]*\]))*\}/y;

interface OpenFamily {
  readonly name: string;
  type?: string;
  help?: string;
  unit?: string;
  readonly samples: ParsedSample[];
}

/**
 * OpenMetrics 1.0 text: single blanks, metadata before samples, one stretch of lines per family, the rules of each
 * type, `# EOF` at the end and nothing after it.
 * @throws ExpositionSyntaxError
 */
export function parseOpenMetrics(text: string): readonly ParsedFamily[] {
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  if (lines.pop() !== '# EOF') throw new ExpositionSyntaxError('no # EOF at the end', text.slice(-40));
  const open: OpenFamily[] = [];
  for (const line of lines) {
    if (line.startsWith('#')) parseMetadata(line, open);
    else parseSampleLine(line, open);
  }
  const families = open.map(({ type = 'unknown', help = '', unit, ...family }) => ({
    ...family,
    type,
    help,
    ...(unit === undefined ? {} : { unit }),
  }));
  checkNames(families);
  for (const family of families) checkFamily(family);
  return families;
}

function parseMetadata(line: string, open: OpenFamily[]): void {
  const reader = new LineReader(line);
  const keyword = reader.match(/# (?:HELP|TYPE|UNIT) /y);
  const name = reader.take('"') ? reader.quoted() : reader.match(metricName);
  if (keyword === '' || name === '') reader.fail('no metadata');
  reader.expect(' ');
  const field = keyword.slice(2, -1).toLowerCase() as 'help' | 'type' | 'unit';
  const last = open.at(-1);
  const family: OpenFamily = last?.name === name && last.samples.length === 0 ? last : { name, samples: [] };
  if (family[field] !== undefined) reader.fail(`${field} twice`);
  if (family !== last) open.push(family);
  const text = reader.rest();
  if (field === 'type' && !(text in sampleSuffixes)) reader.fail(`no type: ${text}`);
  family[field] = field === 'help' ? readHelp(text) : text;
}

/** Unknown escapes stand for themselves. */
function readHelp(text: string): string {
  return text.replace(/\\([\\n"])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

function parseSampleLine(line: string, open: OpenFamily[]): void {
  const sample = parseSample(line);
  const last = open.at(-1);
  const isOfLast =
    last !== undefined &&
    (sampleSuffixes[last.type ?? 'unknown'] ?? []).some((part) => last.name + part === sample.name);
  const family: OpenFamily = isOfLast ? last : { name: sample.name, samples: [] };
  if (!isOfLast) open.push(family);
  if (
    sample.exemplar !== undefined &&
    !isExemplarAllowed(family.type ?? 'unknown', sample.name.slice(family.name.length))
  ) {
    throw new ExpositionSyntaxError('no exemplar is allowed here', line);
  }
  family.samples.push(sample);
}

function parseSample(line: string): ParsedSample {
  const reader = new LineReader(line);
  const outer = reader.match(metricName);
  const { name, labels } = reader.take('{') ? parseLabels(reader, outer) : { name: outer, labels: {} };
  if (name === '') reader.fail('no metric name');
  reader.expect(' ');
  const native = reader.match(nativeHistogram);
  const value = native === '' ? parseFloat64(reader.match(token), reader) : native;
  const timestamp = parseTimestamp(reader);
  const sample = { name, labels, value, ...(timestamp === undefined ? {} : { timestamp }) };
  if (reader.isAtEnd) return sample;
  reader.expect(' # {');
  return { ...sample, exemplar: parseExemplar(reader) };
}

function parseExemplar(reader: LineReader): ParsedExemplar {
  const { name, labels } = parseLabels(reader, '');
  if (name !== '') reader.fail('a name in an exemplar');
  if ([...Object.entries(labels).flat().join('')].length > 128) reader.fail('exemplar longer than 128 characters');
  reader.expect(' ');
  const value = parseFloat64(reader.match(token), reader);
  const timestamp = parseTimestamp(reader);
  if (!reader.isAtEnd) reader.fail('text after the exemplar');
  return { labels, value, ...(timestamp === undefined ? {} : { timestamp }) };
}

function parseTimestamp(reader: LineReader): number | undefined {
  const text = reader.match(/ (?!#)[^ ]*/y);
  if (text === '') return undefined;
  const timestamp = parseFloat64(text.slice(1), reader);
  if (!Number.isFinite(timestamp)) reader.fail('no timestamp');
  return timestamp;
}

/** After the brace. */
function parseLabels(reader: LineReader, outerName: string): { name: string; labels: Record<string, string> } {
  let name = outerName;
  const labels = new Map<string, string>();
  if (reader.take('}')) return { name, labels: {} };
  do {
    reader.match(/ ?/y);
    const isQuoted = reader.take('"');
    const label = isQuoted ? reader.quoted() : reader.match(labelName);
    if (reader.take('=')) {
      if (label === '' || labels.has(label)) reader.fail('no label, or a label twice');
      reader.expect('"');
      labels.set(label, reader.quoted());
    } else if (isQuoted && name === '' && labels.size === 0) name = label;
    else reader.fail('no label value');
  } while (reader.take(','));
  reader.expect('}');
  return { name, labels: Object.fromEntries(labels) };
}

function checkNames(families: readonly ParsedFamily[]): void {
  const seen = new Set<string>();
  for (const { name, type } of families) {
    for (const reserved of reservedNames(name, type)) {
      if (seen.has(reserved))
        throw new ExpositionSyntaxError('a name of two families, or a family in two places', reserved);
      seen.add(reserved);
    }
  }
}
