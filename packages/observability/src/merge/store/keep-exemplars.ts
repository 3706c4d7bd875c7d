import type { ExemplarPoint } from '../../otlp/metric-model.ts';
import { type LabelTexts, toLabelText } from '../naming/label-text.ts';
import type { MergedExemplar, MergedSeries } from './merged-series.ts';

// OpenMetrics: all names and values of an exemplar together.
const maxCharacters = 128;
// Exponential histograms have no bucket to keep one for each of.
const maxKept = 64;
const noReserved = { has: () => false };

/** Keeps the newest exemplar of each bucket; of other series the newest. */
export function keepExemplars(series: MergedSeries, exemplars: readonly ExemplarPoint[], labels: LabelTexts): void {
  const { type } = series.family;
  if (exemplars.length === 0 || (type !== 'counter' && type !== 'histogram')) return;
  for (const exemplar of exemplars.slice(0, maxKept)) {
    const value = Number(exemplar.value ?? Number.NaN);
    if (Number.isNaN(value)) continue;
    const text = textOf(exemplar, labels);
    if (text !== null) putExemplar(series, { text, value, timeUnixNano: exemplar.timeUnixNano });
  }
}

/** Where there is no newer one. */
export function putExemplar(series: MergedSeries, exemplar: MergedExemplar): void {
  series.exemplars ??= new Map();
  const bucket = bucketOf(series, exemplar.value);
  const known = series.exemplars.get(bucket);
  if (known === undefined || known.timeUnixNano <= exemplar.timeUnixNano) series.exemplars.set(bucket, exemplar);
}

function bucketOf({ family, bounds }: MergedSeries, value: number): number {
  if (family.type !== 'histogram') return 0;
  const bucket = bounds.findIndex((bound) => value <= bound);
  return bucket < 0 ? bounds.length : bucket;
}

const id = /^[0-9a-f]{1,32}$/;

function textOf({ traceId, spanId, filteredAttributes }: ExemplarPoint, labels: LabelTexts): string | null {
  const ids: (readonly [string, string])[] = [];
  if (id.test(traceId)) ids.push(['trace_id', traceId]);
  if (id.test(spanId)) ids.push(['span_id', spanId]);
  const own = toLabelText(ids);
  const others = labels.of(filteredAttributes, noReserved)?.text ?? '';
  const all = own === '' || others === '' ? own + others : `${own},${others}`;
  // Attributes that do not fit are left out; what they say is known to the trace.
  const text = lengthOf(all) <= maxCharacters ? all : own;
  return text === '' || lengthOf(text) > maxCharacters ? null : text;
}

/** More than the characters that count, by quotes and commas: on the safe side. */
function lengthOf(text: string): number {
  return text.length;
}
