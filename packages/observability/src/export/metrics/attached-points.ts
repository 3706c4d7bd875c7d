import type { AttachedFamily } from '../../metrics/attached/attached-family.ts';
import { inferUnit } from '../../metrics/declaring/name-rules.ts';
import type { AttachedSeries } from '../../metrics/exposition/protobuf/attached-series.ts';
import type { MessageExemplar } from '../../metrics/exposition/protobuf/metric-message.ts';
import type { Attributes } from '../../otlp/common-model.ts';
import type { ExemplarPoint, HistogramPoint, MetricData, NumberPoint, SummaryPoint } from '../../otlp/metric-model.ts';
import { type AttachedTotals, differenceOf } from './attached-totals.ts';
import { noExemplars } from './exemplar-points.ts';
import { noRecordedValue, toEndedNumber } from './family-points.ts';
import { toEndedHistogram } from './histogram-points.ts';
import { toUcum } from './metric-units.ts';
import { type ReadWindow, toNano } from './read-window.ts';

/** One series of an attached registry, as its point is made. */
export interface AttachedNow {
  readonly series: AttachedSeries;
  readonly attributes: Attributes;
  readonly totals: AttachedTotals;
  /** What it held at the read before, in delta temporality. */
  readonly before: AttachedTotals | null;
  readonly startNano: bigint;
}

/** How the series of one attached metric become points. */
export interface AttachedMaker<P> {
  living(now: AttachedNow): P | null;
  ended(attributes: Attributes, before: AttachedTotals): P;
  toMetric(points: readonly P[]): MetricData;
  readonly counts: boolean;
}

export interface AttachedContext {
  readonly window: ReadWindow;
  readonly isDelta: boolean;
}

const toIdentity = ({ name, help }: AttachedFamily) => ({
  name,
  description: help,
  unit: toUcum(inferUnit(name.replace(/_total$/, ''))),
});

const temporalityOf = (isDelta: boolean) => (isDelta ? 'delta' : 'cumulative');

/**
 * A counter whose name lacks `_total` is sent as a sum that may fall: to one that may not, every receiver that speaks
 * Prometheus adds `_total`, and the metric would have two names.
 */
export function attachedNumbers(
  family: AttachedFamily,
  { window, isDelta }: AttachedContext,
): AttachedMaker<NumberPoint> {
  const { timeNano: timeUnixNano } = window;
  const isSum = family.type === 'counter';
  const isMonotonic = isSum && family.name.endsWith('_total');
  const isTold = isDelta && isMonotonic;
  return {
    counts: isMonotonic,
    living({ series, attributes, totals, before, startNano }) {
      const value = isTold ? differenceOf(totals, before).count : totals.count;
      if (isTold && value === 0) return null;
      const exemplars = isSum ? toExemplarPoints([series.exemplar], window) : noExemplars;
      return { attributes, startTimeUnixNano: isSum ? startNano : 0n, timeUnixNano, flags: 0, value, exemplars };
    },
    ended: (attributes) => toEndedNumber(attributes, timeUnixNano),
    toMetric: (points) =>
      isSum
        ? { ...toIdentity(family), kind: 'sum', temporality: temporalityOf(isTold), isMonotonic, points }
        : { ...toIdentity(family), kind: 'gauge', points },
  };
}

export function attachedHistograms(
  family: AttachedFamily,
  { window, isDelta }: AttachedContext,
): AttachedMaker<HistogramPoint> {
  const { timeNano: timeUnixNano } = window;
  return {
    counts: true,
    living({ series, attributes, totals, before, startNano }) {
      const { count, sum, bucketCounts, bounds } = isDelta ? differenceOf(totals, before) : totals;
      if (isDelta && count === 0) return null;
      return {
        attributes,
        startTimeUnixNano: startNano,
        timeUnixNano,
        flags: 0,
        count,
        sum,
        bucketCounts,
        explicitBounds: bounds,
        min: undefined,
        max: undefined,
        exemplars: toExemplarPoints(
          series.bounds.map(({ exemplar }) => exemplar),
          window,
        ),
      };
    },
    ended: (attributes, { bounds }) => toEndedHistogram(attributes, timeUnixNano, bounds),
    toMetric: (points) => ({
      ...toIdentity(family),
      kind: 'histogram',
      temporality: temporalityOf(isDelta),
      points,
    }),
  };
}

/** Summaries have no temporality but since the start. */
export function attachedSummaries(family: AttachedFamily, { window }: AttachedContext): AttachedMaker<SummaryPoint> {
  const { timeNano: timeUnixNano } = window;
  return {
    counts: true,
    living({ series, attributes, totals, startNano: startTimeUnixNano }) {
      const { count, sum = 0, bounds } = totals;
      const quantiles = bounds.map((quantile) => ({
        quantile,
        value: series.bounds.find(({ at }) => at === quantile)?.value ?? Number.NaN,
      }));
      return { attributes, startTimeUnixNano, timeUnixNano, flags: 0, count, sum, quantiles };
    },
    ended: (attributes, { bounds }) => ({
      attributes,
      startTimeUnixNano: 0n,
      timeUnixNano,
      flags: noRecordedValue,
      count: 0,
      sum: 0,
      quantiles: bounds.map((quantile) => ({ quantile, value: 0 })),
    }),
    toMetric: (points) => ({ ...toIdentity(family), kind: 'summary', points }),
  };
}

const idPatterns = { trace_id: /^[0-9a-f]{32}$/, span_id: /^[0-9a-f]{16}$/ } as const;

function toExemplarPoints(
  exemplars: readonly (MessageExemplar | null)[],
  { previousMs }: ReadWindow,
): readonly ExemplarPoint[] {
  if (exemplars.every((exemplar) => exemplar === null)) return noExemplars;
  return exemplars.flatMap((exemplar) =>
    exemplar !== null && exemplar.atMs > previousMs && exemplar.atMs < Number.MAX_SAFE_INTEGER
      ? [toExemplarPoint(exemplar)]
      : [],
  );
}

/** The labels `trace_id` and `span_id` are the ids, where they can be. */
function toExemplarPoint({ labels, value, atMs }: MessageExemplar): ExemplarPoint {
  const idOf = (wanted: 'trace_id' | 'span_id') =>
    labels.find(([name, text]) => name === wanted && idPatterns[wanted].test(text))?.[1] ?? '';
  const [traceId, spanId] = [idOf('trace_id'), idOf('span_id')];
  const others = labels.filter(([, text]) => text !== traceId && text !== spanId);
  return { filteredAttributes: Object.fromEntries(others), timeUnixNano: toNano(atMs), value, traceId, spanId };
}
