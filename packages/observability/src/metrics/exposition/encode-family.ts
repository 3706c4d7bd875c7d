import type { CounterFamily } from '../counter.ts';
import type { Exemplar } from '../exemplars.ts';
import type { Family } from '../family.ts';
import type { GaugeFamily } from '../gauge.ts';
import type { HistogramFamily } from '../histogram.ts';
import type { MetricMeta } from '../metric-meta.ts';
import { escapeHelp, escapeQuoted } from '../text-escapes.ts';
import type { ExpositionFormat } from './formats.ts';
import { toBoundText, toValueText } from './number-text.ts';

/** Writes one series of one metric: all its lines, each ended. */
export type SeriesEncoder = (slot: number) => string;

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
  return family.type === 'counter' ? counterEncoder(family, format) : gaugeEncoder(family);
}

function counterEncoder(family: CounterFamily, format: ExpositionFormat): SeriesEncoder {
  const { series, meta } = family;
  const exemplars = format === 'openmetrics' ? family.exemplars : null;
  return (slot) => {
    const value = toValueText(family.cells.values[slot] ?? 0);
    return `${meta.name}${braces(series.textOf(slot))} ${value}${exemplarText(exemplars?.get(slot))}\n`;
  };
}

function gaugeEncoder({ series, meta, cells }: GaugeFamily): SeriesEncoder {
  return (slot) => `${meta.name}${braces(series.textOf(slot))} ${toValueText(cells.values[slot] ?? 0)}\n`;
}

function histogramEncoder(family: HistogramFamily, format: ExpositionFormat): SeriesEncoder {
  const { series, meta, bounds, cells } = family;
  const exemplars = format === 'openmetrics' ? family.exemplars : null;
  const bucketTails = [...bounds, Number.POSITIVE_INFINITY].map((bound) => `le="${toBoundText(bound)}"} `);
  // OpenMetrics: values may be negative here, so the sum is not a counter and must not be written, nor the count without it.
  const hasSum = format === 'text' || (bounds[0] ?? 0) >= 0;
  return (slot) => {
    const labels = series.textOf(slot);
    const bucketHead = `${meta.name}_bucket{${labels}${labels === '' ? '' : ','}`;
    const first = slot * cells.stride;
    let count = 0;
    let text = '';
    for (let bucket = 0; bucket < bucketTails.length; bucket++) {
      count += cells.values[first + bucket] ?? 0;
      text += `${bucketHead}${bucketTails[bucket]}${count}${exemplarText(exemplars?.get(first + bucket))}\n`;
    }
    if (!hasSum) return text;
    const sum = toValueText(cells.values[first + cells.stride - 1] ?? 0);
    const tail = braces(labels);
    return `${text}${meta.name}_sum${tail} ${sum}\n${meta.name}_count${tail} ${count}\n`;
  };
}

function braces(labels: string): string {
  return labels === '' ? '' : `{${labels}}`;
}

// Longer ids would break the format's limit of 128 characters per exemplar; others are not ids.
const idPattern = /^[0-9a-f]{1,32}$/;

function exemplarText(exemplar: Readonly<Exemplar> | undefined): string {
  if (exemplar === undefined || !idPattern.test(exemplar.traceId) || !idPattern.test(exemplar.spanId)) return '';
  const { traceId, spanId, value, atMs } = exemplar;
  const timestamp = Number.isFinite(atMs) ? ` ${(atMs / 1000).toFixed(3)}` : '';
  return ` # {trace_id="${traceId}",span_id="${spanId}"} ${toValueText(value)}${timestamp}`;
}
