import type { ExpositionFormat } from '../formats.ts';
import { parseOpenMetrics } from './openmetrics-parser.fixture.ts';
import { ExpositionSyntaxError, type ParsedFamily, type ParsedSample } from './parsed-exposition.fixture.ts';
import { parseText } from './text-parser.fixture.ts';

export interface StrictFamily extends ParsedFamily {
  readonly samples: readonly StrictSample[];
}

export interface StrictSample extends ParsedSample {
  readonly value: number;
}

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const label = '[a-zA-Z_][a-zA-Z0-9_]*';
const number = '(?:NaN|[+-]Inf|-?[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?)';
const pair = `${label}="(?:[^"\\\\\\n]|\\\\[\\\\n"])*"`;
const pairs = `\\{${pair}(?:,${pair})*\\}`;
const sampleLine = new RegExp(`^(${name})(?:${pairs})? ${number}( # ${pairs} ${number}(?: [0-9]+(?:\\.[0-9]+)?)?)?$`);
const commentLine = new RegExp(`^# (HELP|TYPE|UNIT) (${name}) (.+)$`, 's');

const suffixes: Readonly<Record<ExpositionFormat, Readonly<Record<string, readonly string[]>>>> = {
  text: {
    counter: [''],
    gauge: [''],
    untyped: [''],
    summary: ['', '_sum', '_count'],
    histogram: ['_bucket', '_sum', '_count'],
  },
  openmetrics: {
    counter: ['_total'],
    gauge: [''],
    unknown: [''],
    summary: ['', '_sum', '_count'],
    histogram: ['_bucket', '_sum', '_count'],
  },
};

/**
 * Reads what this library writes and nothing looser: besides the format's own rules, one spelling of each line, one
 * stretch of lines per family opened by its HELP and TYPE, no series twice, buckets that agree with their count.
 * @throws ExpositionSyntaxError naming the line
 */
export function parseStrictly(text: string, format: ExpositionFormat): readonly StrictFamily[] {
  if (text !== '' && !text.endsWith('\n'))
    throw new ExpositionSyntaxError('the last line is not ended', text.slice(-40));
  const lines = text.split('\n').slice(0, format === 'openmetrics' ? -2 : -1);
  checkStretches(lines, format);
  const families = format === 'text' ? parseText(text) : parseOpenMetrics(text);
  const strict = families.map((family) => ({ ...family, samples: family.samples.map(toStrict) }));
  for (const family of strict) checkSeries(family);
  return strict;
}

function toStrict(sample: ParsedSample): StrictSample {
  const { value } = sample;
  if (typeof value === 'string') throw new ExpositionSyntaxError('a native histogram', sample.name);
  return { ...sample, value };
}

function checkStretches(lines: readonly string[], format: ExpositionFormat): void {
  const seen = new Set<string>();
  let family = '';
  let allowed: readonly string[] = [];
  let keywords: string[] = [];
  for (const line of lines) {
    const [, keyword, of = '', text = ''] = commentLine.exec(line) ?? [];
    if (keyword === undefined) {
      checkSampleLine(line, { family, allowed, format });
      keywords = ['HELP', 'TYPE', 'UNIT'];
      continue;
    }
    if (of !== family || keyword === 'HELP') {
      if (seen.has(of)) throw new ExpositionSyntaxError('a family twice', line);
      seen.add(of);
      [family, allowed, keywords] = [of, [], []];
    }
    if (keywords.includes(keyword)) throw new ExpositionSyntaxError('a comment twice, or after a sample', line);
    keywords.push(keyword);
    if (keyword === 'UNIT' && format === 'text') throw new ExpositionSyntaxError('a unit in the text format', line);
    if (keyword === 'HELP' && !isHelp(text, format)) throw new ExpositionSyntaxError('an escape', line);
    if (keyword === 'TYPE') allowed = suffixes[format][text]?.map((suffix) => family + suffix) ?? [];
    if (keyword === 'TYPE' && allowed.length === 0) throw new ExpositionSyntaxError('a type', line);
  }
}

function isHelp(text: string, format: ExpositionFormat): boolean {
  return format === 'text' ? /^(?:[^\\]|\\[\\n])*$/s.test(text) : /^(?:[^\\"]|\\[\\n"])*$/s.test(text);
}

function checkSampleLine(
  line: string,
  { family, allowed, format }: { family: string; allowed: readonly string[]; format: ExpositionFormat },
): void {
  const [found, of = '', exemplar] = sampleLine.exec(line) ?? [];
  if (found === undefined) throw new ExpositionSyntaxError('no sample', line);
  if (!allowed.includes(of)) throw new ExpositionSyntaxError(`no sample of ${family}`, line);
  const isExemplarAllowed = format === 'openmetrics' && /_(?:bucket|total)$/.test(of);
  if (exemplar !== undefined && !isExemplarAllowed) throw new ExpositionSyntaxError('an exemplar', line);
}

function checkSeries({ name: family, type, samples }: StrictFamily): void {
  const seen = new Set<string>();
  let buckets: { readonly bound: number; readonly count: number }[] = [];
  for (const { name: of, labels, value } of samples) {
    const key = JSON.stringify([of, Object.entries(labels).sort()]);
    if (seen.has(key)) throw new ExpositionSyntaxError('a series twice', key);
    seen.add(key);
    const isCount = type === 'counter' || (type === 'histogram' && !of.endsWith('_sum')) || of === `${family}_count`;
    if (isCount && type !== 'gauge' && !(value >= 0)) throw new ExpositionSyntaxError(`below zero: ${value}`, of);
    if (type === 'histogram') buckets = followBuckets(buckets, { name: of, labels, value });
  }
}

/** Buckets of one series stand together, ascend, accumulate and end with +Inf, which equals the count after them. */
function followBuckets(
  buckets: { readonly bound: number; readonly count: number }[],
  { name: of, labels, value }: StrictSample,
): { readonly bound: number; readonly count: number }[] {
  const last = buckets.at(-1);
  const isClosed = last?.bound === Number.POSITIVE_INFINITY;
  if (!of.endsWith('_bucket')) {
    if (!isClosed) throw new ExpositionSyntaxError('no bucket +Inf before', of);
    if (of.endsWith('_count') && value !== last.count)
      throw new ExpositionSyntaxError('the count is not the bucket +Inf', of);
    return buckets;
  }
  const bound = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le'] ?? 'none');
  if (Number.isNaN(bound)) throw new ExpositionSyntaxError('no bound', of);
  if (last === undefined || isClosed) return [{ bound, count: value }];
  if (!(bound > last.bound && value >= last.count)) throw new ExpositionSyntaxError('buckets out of order', of);
  return [...buckets, { bound, count: value }];
}
