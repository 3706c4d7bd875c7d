import { LineReader } from './line-reader.fixture.ts';
import { ExpositionSyntaxError, type ParsedFamily, type ParsedSample } from './parsed-exposition.fixture.ts';

const types: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped']);
const suffixes: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};
const metricName = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const labelName = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const float = /^(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|[+-]?inf(?:inity)?)$/i;

interface OpenFamily {
  type: string;
  help: string;
  readonly samples: ParsedSample[];
}

/**
 * The Prometheus text format 0.0.4, as leniently as it is defined: blanks between any two parts, comments anywhere.
 * @throws ExpositionSyntaxError
 */
export function parseText(text: string): readonly ParsedFamily[] {
  const families = new Map<string, OpenFamily>();
  for (const line of text.split('\n')) parseLine(line, families);
  return [...families].map(([name, family]) => ({ name, ...family }));
}

function parseLine(line: string, families: Map<string, OpenFamily>): void {
  const reader = new LineReader(line);
  reader.skipBlanks();
  if (reader.isAtEnd) return;
  if (reader.take('#')) parseComment(reader, families);
  else {
    const sample = parseSample(reader);
    ownerOf(sample.name, families).samples.push(sample);
  }
}

function parseComment(reader: LineReader, families: Map<string, OpenFamily>): void {
  reader.skipBlanks();
  const keyword = reader.match(/(?:HELP|TYPE)(?=[ \t]|$)/y);
  if (keyword === '') return;
  reader.skipBlanks();
  if (reader.isAtEnd) return;
  const name = reader.take('"') ? reader.quoted() : reader.match(metricName);
  if (name === '') reader.fail('no metric name');
  if (reader.match(/[ \t]*/y) === '' && !reader.isAtEnd) reader.fail('no metric name');
  const family = open(name, families);
  const text = reader.rest();
  if (keyword === 'HELP') {
    family.help = text.replace(/\\([\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : '\\'));
    return;
  }
  const type = text.trim();
  if (!types.has(type)) reader.fail(`no type: ${type}`);
  family.type = type;
}

function parseSample(reader: LineReader): ParsedSample {
  let name = reader.match(metricName);
  const labels: [string, string][] = [];
  reader.skipBlanks();
  if (reader.take('{')) name = parseLabels(reader, name, labels);
  if (name === '') reader.fail('no metric name');
  if (new Set(labels.map(([label]) => label)).size < labels.length) reader.fail('a label twice');
  reader.skipBlanks();
  const value = parseFloat64(reader.match(/[^ \t]*/y), reader);
  reader.skipBlanks();
  const sample = { name, labels: Object.fromEntries(labels), value };
  if (reader.isAtEnd) return sample;
  const timestamp = reader.match(/-?\d+/y);
  reader.skipBlanks();
  if (timestamp === '' || !reader.isAtEnd) reader.fail('no timestamp');
  return { ...sample, timestamp: Number(timestamp) };
}

/** After the brace. A quoted text without a value is the metric's name. @returns that name */
function parseLabels(reader: LineReader, outerName: string, labels: [string, string][]): string {
  let name = outerName;
  for (;;) {
    reader.skipBlanks();
    if (reader.take('}')) return name;
    const isQuoted = reader.take('"');
    const label = isQuoted ? reader.quoted() : reader.match(labelName);
    reader.skipBlanks();
    if (reader.take('=')) {
      if (label === '' || label === '__name__') reader.fail('no label name');
      reader.skipBlanks();
      reader.expect('"');
      labels.push([label, reader.quoted()]);
    } else if (isQuoted && name === '') name = label;
    else reader.fail('no label value');
    reader.skipBlanks();
    if (!reader.take(',')) {
      reader.expect('}');
      return name;
    }
  }
}

/** @throws ExpositionSyntaxError */
export function parseFloat64(text: string, reader: LineReader): number {
  if (!float.test(text)) reader.fail(`no number: ${text}`);
  const lower = text.toLowerCase();
  if (lower === 'nan') return Number.NaN;
  if (lower.includes('inf')) return lower.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return Number(text);
}

function open(name: string, families: Map<string, OpenFamily>): OpenFamily {
  const known = families.get(name);
  if (known !== undefined) return known;
  const family: OpenFamily = { type: 'untyped', help: '', samples: [] };
  families.set(name, family);
  return family;
}

/** A histogram's or summary's own, else the one of the sample's name. */
function ownerOf(sampleName: string, families: Map<string, OpenFamily>): OpenFamily {
  const base = sampleName.replace(/_(?:bucket|sum|count)$/, '');
  const family = families.get(base);
  const isPart = family !== undefined && suffixes[family.type]?.includes(sampleName.slice(base.length));
  return isPart ? family : open(sampleName, families);
}

/** For both formats. @throws ExpositionSyntaxError when the bytes are no UTF-8 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ExpositionSyntaxError('no UTF-8', '');
  }
}
