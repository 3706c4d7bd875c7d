import { isRecord } from '../../attached/attachable-registry.ts';
import { type AttachedFamily, type AttachedSample, toAttachedSample } from '../../attached/attached-family.ts';
import { cleanLabelText } from '../../label-redaction.ts';
import { toWellFormed } from '../../text-escapes.ts';
import type { MessageExemplar } from './metric-message.ts';

export interface AttachedBound {
  /** The upper bound of a bucket, or a quantile. */
  readonly at: number;
  readonly value: number;
  readonly exemplar: MessageExemplar | null;
}

/** What an attached registry says line by line about one series, put together. */
export interface AttachedSeries {
  readonly labels: readonly (readonly [name: string, value: string])[];
  value: number | undefined;
  exemplar: MessageExemplar | null;
  readonly bounds: AttachedBound[];
  sum: number | undefined;
  count: number | undefined;
}

const maxTexts = 10_000;

/** Gathers the values of one family by their labels. Never throws. */
export class AttachedGathering {
  readonly series = new Map<string, AttachedSeries>();
  private readonly family: AttachedFamily;
  /** Label values free of secrets, remembered: most come once for each line of a series. */
  private readonly cleanTexts = new Map<string, string>();

  constructor(family: AttachedFamily) {
    this.family = family;
  }

  /** @returns false for what cannot be shown: no sample of this family, or one that was there before */
  add(value: unknown): boolean {
    try {
      const sample = toAttachedSample(value, this.family);
      return sample !== null && place(sample, this.seriesOf(sample));
    } catch {
      // Foreign objects may throw when they are read.
      return false;
    }
  }

  private seriesOf({ labels }: AttachedSample): AttachedSeries {
    const cleaned = labels.map(([name, text]) => [name, this.clean(text)] as const);
    const key = JSON.stringify(cleaned.toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const known = this.series.get(key);
    if (known !== undefined) return known;
    const made = { labels: cleaned, value: undefined, exemplar: null, bounds: [], sum: undefined, count: undefined };
    this.series.set(key, made);
    return made;
  }

  private clean(text: string): string {
    const known = this.cleanTexts.get(text);
    if (known !== undefined) return known;
    const cleaned = cleanLabelText(toWellFormed(text));
    if (this.cleanTexts.size >= maxTexts) this.cleanTexts.clear();
    this.cleanTexts.set(text, cleaned);
    return cleaned;
  }
}

/** @returns whether its place was free */
function place({ suffix, bound, value, exemplar }: AttachedSample, series: AttachedSeries): boolean {
  if (bound !== null) {
    if (series.bounds.some(({ at }) => at === bound.value)) return false;
    series.bounds.push({ at: bound.value, value, exemplar: toExemplar(exemplar) });
    return true;
  }
  const field = suffix === '_sum' ? 'sum' : suffix === '_count' ? 'count' : 'value';
  if (series[field] !== undefined) return false;
  series[field] = value;
  if (field === 'value') series.exemplar = toExemplar(exemplar);
  return true;
}

function toExemplar(exemplar: unknown): MessageExemplar | null {
  if (!isRecord(exemplar) || !isRecord(exemplar['labelSet'])) return null;
  const { value, timestamp, labelSet } = exemplar;
  if (typeof value !== 'number') return null;
  const labels = Object.entries(labelSet as Readonly<Record<string, unknown>>).map(
    ([name, text]) => [toWellFormed(name), cleanLabelText(toWellFormed(String(text)))] as const,
  );
  return { labels, value, atMs: typeof timestamp === 'number' ? timestamp * 1000 : Number.NaN };
}
