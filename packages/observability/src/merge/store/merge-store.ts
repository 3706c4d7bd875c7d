import { cleanLabelText } from '../../metrics/label-redaction.ts';
import { overflowValue } from '../../metrics/label-specs.ts';
import { escapeQuoted, toWellFormed } from '../../metrics/text-escapes.ts';
import type { MergeSettings } from '../merge-settings.ts';
import type { MetricSource, RefusalReason } from '../metric-source.ts';
import { addExponentials, negated } from './exponential.ts';
import { FamilyTable } from './family-table.ts';
import { commonBounds } from './fit-bounds.ts';
import {
  isCumulative,
  type MergedFamily,
  MergedSeries,
  type MergedSource,
  Part,
  type SentValue,
  type Stream,
} from './merged-series.ts';
import { SourceTable } from './source-table.ts';
import type { Stamp } from './stamp.ts';
import { addOnto, toCoarser } from './vectors.ts';

/** The instance under which `each` keeps the totals of those that ended. */
export const endedInstance = '__ended__';

export interface PlaceOptions {
  readonly family: MergedFamily;
  readonly source: MergedSource;
  /** Of the source: one for each of its scopes. */
  readonly stream: Stream;
  /** Of the attributes, without the source's own labels. */
  readonly text: string;
  /** Tells streams apart that show the same labels; empty where the labels do. */
  readonly rawKey: string;
  readonly stamp: Stamp;
}

// Labels of usual series take 50 to 200 characters. Without this a sender whose labels are as long as they may be would take
// 4 GB with the series it is allowed.
const charactersPerSeries = 512;

/** What all sources hold, by what is shown. */
export class MergeStore {
  readonly families: FamilyTable;
  readonly sources: SourceTable;
  readonly settings: MergeSettings;
  seriesCount = 0;
  partCount = 0;
  /** Characters of all labels and keys that are held. */
  private textLength = 0;

  constructor(settings: MergeSettings) {
    this.settings = settings;
    this.families = new FamilyTable(settings.rules);
    this.sources = new SourceTable({
      maxSources: settings.maxSources,
      expiryMs: settings.expiryMs,
      labelsOf: (source) => ({
        prefix: prefixOf(source, settings.instance),
        identity: prefixOf(source, 'each').slice(0, -1),
      }),
      onEnd: (source) => this.removeParts(source, () => true),
      onDormant: (source) => this.removeParts(source, ({ series }) => !isCumulative(series.family)),
    });
  }

  /** What the source holds at a place, if anything. */
  peek({ family, source, stream, text, rawKey }: PlaceOptions): Part | undefined {
    const series = family.series.get(shownTextOf(source, text));
    return series === undefined ? undefined : stream.get(keyOf(series, rawKey));
  }

  /** The place of a value, where value and series fit; made with it when it is new. */
  place(options: PlaceOptions, sent: SentValue): { readonly part: Part; readonly isNew: boolean } | RefusalReason {
    const { family, source, stream, text, rawKey } = options;
    const shownText = shownTextOf(source, text);
    const known = family.series.get(shownText);
    if (known !== undefined) {
      const common = commonBounds(known, sent);
      if (common === null) return 'bucket_bounds';
      if (common.length < known.bounds.length) this.coarsen(known, common);
      const part = stream.get(keyOf(known, rawKey));
      if (part !== undefined) return { part, isNew: false };
    } else if (!this.hasRoom(source, () => this.seriesCount)) return 'max_series';
    if (!this.hasRoom(source, () => this.partCount)) return 'max_series';
    // Making room may have folded away the last of its parts.
    const series = family.series.get(shownText) ?? this.addSeries(family, shownText, sent);
    return { part: this.addPart(series, options, sent), isNew: true };
  }

  private hasRoom({ source }: MergedSource, count: () => number): boolean {
    if (source.isOwn === true) return true;
    const { maxSeries } = this.settings;
    const isFull = () => count() >= maxSeries || this.textLength >= maxSeries * charactersPerSeries;
    while (isFull()) if (!this.sources.makeRoom()) return false;
    return true;
  }

  private addSeries(
    family: MergedFamily,
    text: string,
    { bounds, exponential }: Pick<SentValue, 'bounds' | 'exponential'>,
  ): MergedSeries {
    const series = new MergedSeries(family, text, sharedBounds(family, bounds));
    series.isExponential = exponential !== null;
    this.families.keep(family);
    family.series.set(text, series);
    this.seriesCount += 1;
    this.textLength += text.length;
    return series;
  }

  private addPart(series: MergedSeries, { source, stream, rawKey, stamp }: PlaceOptions, sent: SentValue): Part {
    const values = atBounds(sent.values, sent.bounds, series);
    const part = new Part({ series, source, key: keyOf(series, rawKey), values, stamp });
    part.exponential = sent.exponential;
    part.quantiles = sent.quantiles;
    part.next = series.first;
    if (series.first !== null) series.first.previous = part;
    series.first = part;
    stream.set(part.key, part);
    this.partCount += 1;
    this.textLength += lengthOf(part.key);
    return part;
  }

  /** What a source no longer holds; of cumulative values the total stays. */
  remove(part: Part, stream: Stream): void {
    this.detach(part, stream);
    if (isCumulative(part.series.family)) this.fold(part);
    this.dropIfEmpty(part.series);
  }

  /**
   * A series expired at its source, which counts what it held under `__other__` from then on. While others hold the series
   * its total stays, and `__other__` grows less; with the last of them it goes, as it did at the source.
   * @returns false where there is no such series: then nothing is done
   */
  expire(part: Part, stream: Stream): boolean {
    const { series, values } = part;
    const other = series.family.series.get(otherTextOf(series.text, part.source.prefix));
    if (other === undefined || other === series || !isCumulative(series.family)) return false;
    this.detach(part, stream);
    if (series.first === null) {
      if (series.ended !== null) {
        const left = atBounds(series.ended, series.bounds, other);
        addEnded(other, { values: left, exponential: series.endedExponential });
      }
      series.ended = null;
      this.dropIfEmpty(series);
      return true;
    }
    addEnded(series, part);
    addEnded(other, minus({ ...part, values: atBounds(values, series.bounds, other) }));
    return true;
  }

  private detach(part: Part, stream: Stream): void {
    const { series } = part;
    stream.delete(part.key);
    if (part.previous === null) series.first = part.next;
    else part.previous.next = part.next;
    if (part.next !== null) part.next.previous = part.previous;
    this.partCount -= 1;
    this.textLength -= lengthOf(part.key);
  }

  private dropIfEmpty(series: MergedSeries): void {
    if (series.first === null && series.ended === null) this.dropSeries(series);
  }

  private removeParts(source: MergedSource, isMeant: (part: Part) => boolean): void {
    for (const stream of source.streams.values()) {
      for (const part of stream.values()) if (isMeant(part)) this.remove(part, stream);
    }
  }

  dropSeries(series: MergedSeries): void {
    const { family } = series;
    series.isGone = true;
    family.series.delete(series.text);
    this.seriesCount -= 1;
    this.textLength -= series.text.length;
    if (family.series.size === 0) this.families.drop(family);
  }

  /** Adds up what the part held with what others left. */
  private fold({ series, source, values, exponential }: Part): void {
    const target = this.restOf({ series, source, exponential });
    addEnded(target, { values: atBounds(values, series.bounds, target), exponential });
    if (target === series || series.first !== null || series.ended === null) return;
    addEnded(target, { values: atBounds(series.ended, series.bounds, target), exponential: series.endedExponential });
    series.ended = null;
  }

  /** Where `each` keeps the totals of ended sources; else the series itself. */
  private restOf({
    series,
    source: { source, prefix },
    exponential,
  }: Pick<Part, 'series' | 'source' | 'exponential'>): MergedSeries {
    if (this.settings.instance === 'none' || source.instance === '') return series;
    const { family, text, bounds } = series;
    const rest = text.slice(prefix.length);
    const restPrefix = prefixOf({ ...source, instance: endedInstance }, 'each');
    const restText = rest === '' ? restPrefix.slice(0, -1) : restPrefix + rest;
    const known = family.series.get(restText);
    if (known === undefined)
      return this.addSeries(family, restText, { bounds, exponential: series.endedExponential ?? exponential });
    // Totals of those that counted in other buckets meet at the bounds they share.
    const common = bounds.filter((bound) => known.bounds.includes(bound));
    if (common.length < known.bounds.length) this.coarsen(known, common);
    return known;
  }

  /** Puts a series on fewer of its bounds. */
  coarsen(series: MergedSeries, bounds: readonly number[]): void {
    const from = series.bounds;
    series.bounds = sharedBounds(series.family, bounds);
    if (series.ended !== null) series.ended = toCoarser(series.ended, from, bounds);
    for (let part = series.first; part !== null; part = part.next) part.values = toCoarser(part.values, from, bounds);
    series.exemplars = null;
  }

  /** A life of the part is over and another begins. */
  startOver(part: Part): void {
    addEnded(part.series, part);
    part.exponential = null;
  }

  /** The source was folded before and says again what is in the totals already. */
  discount(part: Part): void {
    addEnded(part.series, minus(part));
  }
}

type Amount = Pick<Part, 'values' | 'exponential'>;

function minus({ values, exponential }: Amount): Amount {
  return { values: values.map((value) => -value), exponential: exponential === null ? null : negated(exponential) };
}

function addEnded(series: MergedSeries, { values, exponential }: Amount): void {
  if (series.ended === null) series.ended = [...values];
  else addOnto(series.ended, values);
  if (exponential === null) return;
  const before = series.endedExponential;
  series.endedExponential = before === null ? exponential : addExponentials(before, exponential);
}

function atBounds(values: number[], bounds: readonly number[], target: MergedSeries): number[] {
  if (target.family.type !== 'histogram' || bounds.length === target.bounds.length) return values;
  return toCoarser(values, bounds, target.bounds);
}

function shownTextOf({ prefix }: MergedSource, text: string): string {
  if (prefix === '') return text;
  return text === '' ? prefix.slice(0, -1) : prefix + text;
}

/** Of a key that is a series nothing is held but the series. */
function lengthOf(key: Part['key']): number {
  return typeof key === 'string' ? key.length : 0;
}

function keyOf(series: MergedSeries, rawKey: string): MergedSeries | string {
  return rawKey === '' ? series : `${series.family.name}\n${rawKey}`;
}

const labelValue = /="(?:[^"\\]|\\.)*"/gs;

/** The series of the same labels in which a source keeps what is beyond its budget. */
function otherTextOf(text: string, prefix: string): string {
  const own = text.slice(prefix.length);
  return prefix + own.replace(labelValue, () => `="${overflowValue}"`);
}

/** The labels that tell sources apart; each ends with a comma. */
function prefixOf({ job, instance }: MetricSource, shown: MergeSettings['instance']): string {
  const pair = (name: string, value: string) =>
    value === '' ? '' : `${name}="${escapeQuoted(cleanLabelText(toWellFormed(value)))}",`;
  return pair('job', job) + (shown === 'each' ? pair('instance', instance) : '');
}

/** Most series of a metric have the same bounds: one array serves them. */
function sharedBounds(family: MergedFamily, bounds: readonly number[]): readonly number[] {
  if (bounds.length === 0) return noBounds;
  for (const { bounds: known } of family.series.values()) {
    return known.length === bounds.length && known.every((bound, i) => bound === bounds[i]) ? known : bounds;
  }
  return bounds;
}

const noBounds: readonly number[] = [];
