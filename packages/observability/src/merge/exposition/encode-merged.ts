import type { ByteWriter } from '../../metrics/exposition/byte-writer.ts';
import type { ExpositionFormat } from '../../metrics/exposition/formats.ts';
import { toBoundText, toValueText } from '../../metrics/exposition/number-text.ts';
import { escapeHelp, escapeQuoted, toWellFormed } from '../../metrics/text-escapes.ts';
import { toClassicBuckets } from '../store/exponential.ts';
import type { MergedExemplar, MergedFamily, MergedSeries } from '../store/merged-series.ts';
import { counterValue, exponentialOf, gaugeValue, quantilesOf, steadySum, totalOf } from '../store/merged-value.ts';

/** Writes the lines of one series, after `head`. @returns whether it has a value to show; without one nothing is written */
export type MergedEncoder = (series: MergedSeries, out: ByteWriter, head: string) => boolean;

/** More would make a series of text output longer than anybody reads. */
export const classicLimit = 64;

/** The comment lines that open a family. */
export function encodeMergedHead(family: MergedFamily, format: ExpositionFormat): string {
  const { name, baseName, type, openMetricsType, unit } = family;
  const help = toWellFormed(family.help);
  if (format === 'text') {
    const helpLine = help === '' ? '' : `# HELP ${name} ${escapeHelp(help)}\n`;
    return `${helpLine}# TYPE ${name} ${type === 'unknown' ? 'untyped' : type}\n`;
  }
  const helpLine = help === '' ? '' : `# HELP ${baseName} ${escapeQuoted(help)}\n`;
  const unitLine = unit === undefined ? '' : `# UNIT ${baseName} ${unit}\n`;
  return `${helpLine}# TYPE ${baseName} ${openMetricsType}\n${unitLine}`;
}

export interface EncoderOptions {
  readonly format: ExpositionFormat;
  /** Gauges that were last heard of before are no longer shown. */
  readonly oldestMs: number;
}

export function mergedEncoder(family: MergedFamily, { format, oldestMs }: EncoderOptions): MergedEncoder {
  const { type, name } = family;
  const lines = new LineWriter(name, format);
  const write = {
    histogram: writeHistogram,
    summary: writeSummary,
    counter: writeCounter,
  };
  if (type === 'gauge' || type === 'unknown') {
    return (series, out, head) => {
      const value = gaugeValue(series, oldestMs);
      if (value === undefined) return false;
      out.text(head);
      lines.write(out, { text: series.text, value });
      return true;
    };
  }
  const writeSeries = write[type];
  return (series, out, head) => {
    out.text(head);
    writeSeries(series, lines, out);
    return true;
  };
}

interface Line {
  /** What the sample's name has after the family's. */
  readonly suffix?: string;
  readonly text: string;
  /** `le="0.5"`, after the other labels. */
  readonly bound?: string;
  readonly value: number;
  readonly exemplar?: MergedExemplar | undefined;
}

class LineWriter {
  readonly format: ExpositionFormat;
  private readonly name: string;

  constructor(name: string, format: ExpositionFormat) {
    this.name = name;
    this.format = format;
  }

  write(out: ByteWriter, { suffix = '', text, bound = '', value, exemplar }: Line): void {
    out.text(this.name);
    if (suffix !== '') out.text(suffix);
    if (text !== '' || bound !== '') {
      out.text('{');
      out.text(text);
      if (text !== '' && bound !== '') out.text(',');
      out.text(bound);
      out.text('}');
    }
    out.text(' ');
    if (value >= 0 && value === (value | 0)) out.digits(value);
    else out.text(toValueText(value));
    if (exemplar !== undefined && this.format === 'openmetrics') out.text(exemplarText(exemplar));
    out.text('\n');
  }
}

function writeCounter(series: MergedSeries, lines: LineWriter, out: ByteWriter): void {
  lines.write(out, { text: series.text, value: counterValue(series), exemplar: series.exemplars?.get(0) });
}

function writeHistogram(series: MergedSeries, lines: LineWriter, out: ByteWriter): void {
  const { text, bounds, exemplars } = series;
  const total = totalOf(series);
  let count = 0;
  if (bounds.length === 0 && series.isExponential) {
    const exponential = exponentialOf(series);
    for (const [bound, cumulative] of exponential === null ? [] : toClassicBuckets(exponential, classicLimit)) {
      lines.write(out, { suffix: '_bucket', text, bound: boundLabel(bound), value: cumulative });
    }
  }
  for (let bucket = 0; bucket <= bounds.length; bucket++) {
    count += total[bucket] ?? 0;
    const bound = boundLabel(bounds[bucket] ?? Number.POSITIVE_INFINITY);
    lines.write(out, { suffix: '_bucket', text, bound, value: count, exemplar: exemplars?.get(bucket) });
  }
  const sum = steadySum(series, total[bounds.length + 1] ?? 0);
  // OpenMetrics has a sum only where values cannot be negative, and no count without a sum.
  if (lines.format === 'openmetrics' && (series.isSumless || sum < 0 || (bounds[0] ?? 0) < 0)) return;
  if (!series.isSumless) lines.write(out, { suffix: '_sum', text, value: sum });
  lines.write(out, { suffix: '_count', text, value: count });
}

function writeSummary(series: MergedSeries, lines: LineWriter, out: ByteWriter): void {
  const { text } = series;
  const isOpenMetrics = lines.format === 'openmetrics';
  for (const { quantile, value } of quantilesOf(series)) {
    if (isOpenMetrics && value < 0) continue;
    lines.write(out, { text, bound: `quantile="${toBoundText(quantile)}"`, value });
  }
  const [count = 0, sentSum = 0] = totalOf(series);
  const sum = steadySum(series, sentSum);
  if (!isOpenMetrics || sum >= 0) lines.write(out, { suffix: '_sum', text, value: sum });
  lines.write(out, { suffix: '_count', text, value: count });
}

const boundLabels = new Map<number, string>();
const maxBoundLabels = 10_000;

function boundLabel(bound: number): string {
  const known = boundLabels.get(bound);
  if (known !== undefined) return known;
  const label = `le="${toBoundText(bound)}"`;
  if (boundLabels.size >= maxBoundLabels) boundLabels.clear();
  boundLabels.set(bound, label);
  return label;
}

function exemplarText({ text, value, timeUnixNano }: MergedExemplar): string {
  const time = timeUnixNano === 0n ? '' : ` ${(Number(timeUnixNano / 1_000_000n) / 1000).toFixed(3)}`;
  return ` # {${text}} ${toValueText(value)}${time}`;
}
