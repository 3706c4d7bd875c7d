import { type AttachableRegistry, defaultLabelsOf, isRecord } from './attachable-registry.ts';

export type AttachedType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';

/** One metric of an attached registry, as it was when it was read. */
export interface AttachedFamily {
  /** What its registry was attached as. */
  readonly registry: string;
  /** With `_total` where a counter has it. */
  readonly name: string;
  readonly type: AttachedType;
  /**
   * A counter without `_total` has no type in OpenMetrics: it would need another name there, and a metric keeps its
   * name whichever format is scraped.
   */
  readonly openMetricsType: AttachedType;
  readonly help: string;
  /** As they came, read while they are written: checking all at once would block. */
  readonly values: readonly unknown[];
  /** The start of its sample names: the name its registry knows it by. */
  readonly ownName: string;
  readonly defaultLabels: Readonly<Record<string, unknown>>;
}

/** One line of output. */
export interface AttachedSample {
  /** What the sample's name has after the family's: `''`, `_bucket`, `_sum` or `_count`. */
  readonly suffix: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** The bucket bound or quantile, apart from the other labels. */
  readonly bound: { readonly label: 'le' | 'quantile'; readonly value: number } | null;
  readonly value: number;
  readonly exemplar: unknown;
}

const types: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary']);
const suffixes: Readonly<Record<AttachedType, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  unknown: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};
const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** What a metric's `get()` gave, or null when that cannot be shown. @throws only what reading foreign objects throws */
export function toAttachedFamily(
  metric: unknown,
  { name: registryName, registry }: { readonly name: string; readonly registry: AttachableRegistry },
): AttachedFamily | null {
  if (!isRecord(metric) || !Array.isArray(metric['values'])) return null;
  const { name: ownName, help, values } = metric;
  if (typeof ownName !== 'string' || !metricName.test(ownName)) return null;
  const type = toType(metric['type']);
  const isTotal = type === 'counter' && String(registry.contentType).startsWith('application/openmetrics-text');
  const name = isTotal ? `${ownName.replace(/_total$/, '')}_total` : ownName;
  return {
    registry: registryName,
    name,
    type,
    openMetricsType: type === 'counter' && !/._total$/.test(name) ? 'unknown' : type,
    help: typeof help === 'string' ? help : '',
    values,
    ownName,
    defaultLabels: defaultLabelsOf(registry),
  };
}

/** One value of a family, or null when it cannot be shown. @throws only what reading foreign objects throws */
export function toAttachedSample(value: unknown, family: AttachedFamily): AttachedSample | null {
  if (!isRecord(value) || typeof value['value'] !== 'number') return null;
  const suffix = suffixOf(value['metricName'], family);
  if (suffix === null) return null;
  const given = isRecord(value['labels']) ? value['labels'] : {};
  const boundLabel = boundLabelOf(family.type, suffix);
  const labels = toLabels({ ...given, ...family.defaultLabels, ...given }, boundLabel);
  if (labels === null) return null;
  const bound = boundLabel === null ? null : { label: boundLabel, value: toBound(given[boundLabel]) };
  if (bound !== null && Number.isNaN(bound.value)) return null;
  return { suffix, labels, bound, value: value['value'], exemplar: value['exemplar'] };
}

function toType(type: unknown): AttachedType {
  return types.has(String(type)) ? (String(type) as AttachedType) : 'unknown';
}

function suffixOf(sampleName: unknown, { ownName, type }: AttachedFamily): string | null {
  if (typeof sampleName !== 'string') return suffixes[type].includes('') ? '' : null;
  const suffix = sampleName.startsWith(ownName) ? sampleName.slice(ownName.length) : null;
  return suffix !== null && suffixes[type].includes(suffix) ? suffix : null;
}

function boundLabelOf(type: AttachedType, suffix: string): 'le' | 'quantile' | null {
  if (type === 'histogram' && suffix === '_bucket') return 'le';
  return type === 'summary' && suffix === '' ? 'quantile' : null;
}

function toBound(value: unknown): number {
  return value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value ?? Number.NaN);
}

function toLabels(
  labels: Readonly<Record<string, unknown>>,
  boundLabel: string | null,
): readonly (readonly [string, string])[] | null {
  const known = Object.entries(labels).filter(
    ([name, value]) => name !== boundLabel && value !== undefined && value !== null,
  );
  if (!known.every(([name]) => labelName.test(name))) return null;
  return known.map(([name, value]) => [name, String(value)] as const);
}
