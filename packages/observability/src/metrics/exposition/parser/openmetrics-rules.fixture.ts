import { ExpositionSyntaxError, type ParsedFamily, type ParsedSample } from './parsed-exposition.fixture.ts';

/** What a family's samples may have after its name, by type. A histogram without suffix is a native one. */
export const sampleSuffixes: Readonly<Record<string, readonly string[]>> = {
  unknown: [''],
  gauge: [''],
  stateset: [''],
  info: ['_info'],
  counter: ['_total', '_created'],
  summary: ['', '_count', '_sum', '_created'],
  histogram: ['', '_bucket', '_count', '_sum', '_created'],
  gaugehistogram: ['_bucket', '_gcount', '_gsum'],
};

/** Names that no other family may have or use. */
export function reservedNames(name: string, type: string): readonly string[] {
  return [...new Set(['', ...(sampleSuffixes[type] ?? [])])].map((suffix) => name + suffix);
}

export function isExemplarAllowed(type: string, suffix: string): boolean {
  return (type === 'counter' && suffix === '_total') || (type.endsWith('histogram') && suffix === '_bucket');
}

/** @throws ExpositionSyntaxError naming the rule that is broken */
export function checkFamily(family: ParsedFamily): void {
  const { name, type, unit = '' } = family;
  const problem = (what: string): never => {
    throw new ExpositionSyntaxError(what, name);
  };
  if (unit !== '' && !name.endsWith(`_${unit}`)) problem('the unit is no suffix of the name');
  if (unit !== '' && (type === 'info' || type === 'stateset')) problem('a type without units has one');
  for (const sample of family.samples) checkSample(family, sample);
  for (const group of groupsOf(family)) {
    checkTimes(group, name);
    if (type === 'histogram' || type === 'gaugehistogram') checkHistogram(group, family);
  }
}

function checkSample({ name, type }: ParsedFamily, { name: sampleName, labels, value }: ParsedSample): void {
  const suffix = sampleName.slice(name.length);
  const problem = (what: string): never => {
    throw new ExpositionSyntaxError(`${what} (${value})`, sampleName);
  };
  if (typeof value === 'string') {
    if (type !== 'histogram' || suffix !== '') problem('a structure outside a native histogram');
    return;
  }
  if (type === 'histogram' && suffix === '') problem('a histogram without suffix and structure');
  const isCountLike = ['_total', '_bucket', '_count', '_gcount'].includes(suffix) && type !== 'unknown';
  const isSum = suffix === '_sum' && (type === 'histogram' || type === 'summary');
  if ((isCountLike || isSum) && !(value >= 0)) problem('below zero or NaN');
  if (suffix === '_gsum' && Number.isNaN(value)) problem('NaN');
  if (['_bucket', '_count', '_gcount'].includes(suffix) && isCountLike && !Number.isInteger(value))
    problem('not whole');
  if (type === 'info' && value !== 1) problem('an info is always 1');
  if (type === 'stateset' && (labels[name] === undefined || (value !== 0 && value !== 1))) problem('no state');
  if (suffix === '_bucket' && !/^(?:\+Inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)$/.test(labels['le'] ?? '')) problem('no bound');
  if (type === 'summary' && suffix === '') {
    const quantile = labels['quantile'] ?? '';
    if (quantile === '' || !(Number(quantile) >= 0 && Number(quantile) <= 1)) problem('no quantile');
    if (value < 0) problem('a quantile below zero');
  }
}

/** The samples of each label set, apart from the labels that number the parts of one value. */
function groupsOf({ name, type, samples }: ParsedFamily): readonly (readonly ParsedSample[])[] {
  const groups = new Map<string, ParsedSample[]>();
  let current = '';
  for (const sample of samples) {
    const own = { histogram: 'le', gaugehistogram: 'le', summary: 'quantile', stateset: name }[type];
    const key = JSON.stringify(
      Object.entries(sample.labels)
        .filter(([label]) => label !== own)
        .sort(),
    );
    const group = groups.get(key);
    if (group !== undefined && key !== current)
      throw new ExpositionSyntaxError('a label set in two places', sample.name);
    if (group === undefined) groups.set(key, [sample]);
    else group.push(sample);
    current = key;
  }
  return [...groups.values()];
}

/** Within one series times go forward, and all samples have one or none has. */
function checkTimes(group: readonly ParsedSample[], family: string): void {
  const last = new Map<string, ParsedSample>();
  for (const sample of group) {
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()]);
    const before = last.get(key);
    last.set(key, sample);
    if (before === undefined) continue;
    if (before.timestamp === undefined || sample.timestamp === undefined || sample.timestamp < before.timestamp) {
      throw new ExpositionSyntaxError('a series twice, or times that go back', family);
    }
  }
}

function checkHistogram(group: readonly ParsedSample[], { name, type }: ParsedFamily): void {
  const problem = (what: string): never => {
    throw new ExpositionSyntaxError(what, name);
  };
  const numbers = (suffix: string) =>
    group
      .filter((sample) => sample.name === name + suffix)
      .map(({ labels, value }) => ({ labels, value: Number(value) }));
  const buckets = numbers('_bucket').map(({ labels, value }) => ({ bound: toBound(labels['le'] ?? ''), count: value }));
  const [sums, counts] =
    type === 'histogram' ? [numbers('_sum'), numbers('_count')] : [numbers('_gsum'), numbers('_gcount')];
  const closing = buckets.at(-1);
  const isNative = group.some(({ value }) => typeof value === 'string');
  if (closing?.bound !== Number.POSITIVE_INFINITY) {
    if (!isNative || buckets.length > 0) problem('no bucket +Inf at the end');
    return;
  }
  for (const [i, bucket] of buckets.entries()) {
    const before = buckets[i - 1];
    if (before !== undefined && !(bucket.bound > before.bound && bucket.count >= before.count))
      problem('buckets out of order');
  }
  if (sums.length !== counts.length) problem('a sum without a count, or a count without a sum');
  if (counts.some(({ value }) => value !== closing.count)) problem('the count is not the bucket +Inf');
  const isBelowZero = buckets.some(({ bound }) => bound < 0);
  if (type === 'histogram' && isBelowZero && sums.length > 0) problem('a sum beside buckets below zero');
  if (type === 'gaugehistogram' && !isBelowZero && sums.some(({ value }) => value < 0)) problem('a sum below zero');
}

function toBound(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
}
