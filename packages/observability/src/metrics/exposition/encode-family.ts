import { Buffer } from 'node:buffer';
import type { CounterFamily } from '../counter.ts';
import type { Exemplar } from '../exemplars.ts';
import type { Family } from '../family.ts';
import type { GaugeFamily } from '../gauge.ts';
import type { HistogramFamily } from '../histogram.ts';
import type { MetricMeta } from '../metric-meta.ts';
import type { SeriesTable } from '../series/series-table.ts';
import { escapeHelp, escapeQuoted } from '../text-escapes.ts';
import { ByteWriter } from './byte-writer.ts';
import type { ExpositionFormat } from './formats.ts';
import { toBoundText, toValueText } from './number-text.ts';

/** Writes one series of one metric: all its lines, each ended. */
export type SeriesEncoder = (slot: number, out: ByteWriter) => void;

/** The comment lines that open a family. */
export function encodeHead(meta: MetricMeta, format: ExpositionFormat): string {
  if (format === 'text') {
    return `# HELP ${meta.name} ${escapeHelp(meta.help)}\n# TYPE ${meta.name} ${meta.type}\n`;
  }
  const unit = meta.unit === undefined ? '' : `# UNIT ${meta.baseName} ${meta.unit}\n`;
  return `# HELP ${meta.baseName} ${escapeQuoted(meta.help)}\n# TYPE ${meta.baseName} ${meta.type}\n${unit}`;
}

/** Everything that is the same for all series of the family is worked out once, here. */
export function seriesEncoder(family: Family, format: ExpositionFormat): SeriesEncoder {
  if (family.type === 'histogram') return histogramEncoder(family, format);
  return valueEncoder(family, format);
}

/** For metrics whose series are one line each. */
function valueEncoder(family: CounterFamily | GaugeFamily, format: ExpositionFormat): SeriesEncoder {
  const { series, meta, cells } = family;
  const exemplars = family.type === 'counter' && format === 'openmetrics' ? family.exemplars : null;
  const writeLabels = labelWriter(series);
  const head = toBytes(meta.name + (series.names.length === 0 ? ' ' : '{'));
  const tail = toBytes(series.names.length === 0 ? '' : '} ');
  return (slot, out) => {
    out.copy(head);
    writeLabels(slot, out);
    out.copy(tail);
    writeValue(cells.values[slot] ?? 0, out);
    if (exemplars !== null) writeExemplar(exemplars.get(slot), out);
    out.byte(lineEnd);
  };
}

function histogramEncoder(family: HistogramFamily, format: ExpositionFormat): SeriesEncoder {
  const { series, meta, bounds, cells } = family;
  const exemplars = format === 'openmetrics' ? family.exemplars : null;
  const hasLabels = series.names.length > 0;
  const writeLabels = labelWriter(series);
  const bucketHead = toBytes(`${meta.name}_bucket{`);
  const line = new ByteWriter(256);
  const bucketTails = [...bounds, Number.POSITIVE_INFINITY].map((bound) =>
    toBytes(`${hasLabels ? ',' : ''}le="${toBoundText(bound)}"} `),
  );
  const sumHead = toBytes(`${meta.name}_sum${hasLabels ? '{' : ' '}`);
  const countHead = toBytes(`${meta.name}_count${hasLabels ? '{' : ' '}`);
  const tail = toBytes(hasLabels ? '} ' : '');
  return (slot, out) => {
    // The start of all bucket lines, written once per series.
    line.clear();
    line.copy(bucketHead);
    writeLabels(slot, line);
    const first = slot * cells.stride;
    let count = 0;
    for (let bucket = 0; bucket < bucketTails.length; bucket++) {
      count += cells.values[first + bucket] ?? 0;
      out.copyFrom(line);
      out.copy(bucketTails[bucket] as Uint8Array);
      writeValue(count, out);
      if (exemplars !== null) writeExemplar(exemplars.get(first + bucket), out);
      out.byte(lineEnd);
    }
    const sum = cells.values[first + cells.stride - 1] ?? 0;
    // OpenMetrics: where values may be negative the sum is no counter and must not be written, nor the count without it.
    if (format === 'openmetrics' && (sum < 0 || (bounds[0] ?? 0) < 0)) return;
    out.copy(sumHead);
    out.copyFrom(line, bucketHead.length);
    out.copy(tail);
    writeValue(sum, out);
    out.byte(lineEnd);
    out.copy(countHead);
    out.copyFrom(line, bucketHead.length);
    out.copy(tail);
    writeValue(count, out);
    out.byte(lineEnd);
  };
}

/** Writes `a="x",b="y"`. */
function labelWriter(series: SeriesTable): (slot: number, out: ByteWriter) => void {
  const heads = series.names.map((name, label) => toBytes(`${label === 0 ? '' : '",'}${name}="`));
  return (slot, out) => {
    for (let label = 0; label < heads.length; label++) {
      out.copy(heads[label] as Uint8Array);
      out.text(series.escapedOf(slot, label));
    }
    if (heads.length > 0) out.byte(quote);
  };
}

/** Most samples are small whole numbers; they need no string. */
function writeValue(value: number, out: ByteWriter): void {
  if (value >= 0 && value === (value | 0)) out.digits(value);
  else out.text(toValueText(value));
}

// Longer ids would break the format's limit of 128 characters per exemplar; others are not ids.
const idPattern = /^[0-9a-f]{1,32}$/;

function writeExemplar(exemplar: Readonly<Exemplar> | undefined, out: ByteWriter): void {
  if (exemplar === undefined || !idPattern.test(exemplar.traceId) || !idPattern.test(exemplar.spanId)) return;
  const { traceId, spanId, value, atMs } = exemplar;
  const timestamp = Number.isFinite(atMs) ? ` ${(atMs / 1000).toFixed(3)}` : '';
  out.text(` # {trace_id="${traceId}",span_id="${spanId}"} ${toValueText(value)}${timestamp}`);
}

const lineEnd = 10;
const quote = 34;

function toBytes(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
