import type { Family } from '../../metrics/family.ts';
import type { SeriesTable } from '../../metrics/series/series-table.ts';
import type { Attributes } from '../../otlp/common-model.ts';
import { counterPoints, gaugePoints, type PointContext, type PointMaker } from './family-points.ts';
import type { FamilyState } from './family-state.ts';
import { exponentialPoints, histogramPoints } from './histogram-points.ts';
import type { MetricPieces, OpenMetric } from './metric-pieces.ts';
import type { ReadWindow } from './read-window.ts';

export interface FamilyRead {
  readonly state: FamilyState;
  readonly window: ReadWindow;
  /** Of counters and histograms. */
  readonly isDelta: boolean;
  /** Whether exponential buckets are told of where a histogram has them. */
  readonly isExponential: boolean;
  /** Whether series of it can go. */
  readonly canEnd: boolean;
  readonly pieces: MetricPieces;
}

// Between two looks at the clock lie 20 to 100 microseconds of work.
const seriesPerStep = 64;

/** Reads one metric, stopping every few series. */
export function readFamily(family: Family, read: FamilyRead): Generator<void> {
  const { state } = read;
  // The metric may have been left out of the read before.
  const window = { ...read.window, previousNano: state.lastNano };
  state.lastNano = window.timeNano;
  const prior = read.isDelta && family.type !== 'gauge' ? state.priorCells(family) : null;
  prior?.fold(family.series, (from, into) => state.priorBuckets.move(from, into));
  state.starts.add(family.series.youngest, window.previousNano);
  return withMaker(family, { state, window, prior, isExponential: read.isExponential }, (maker) =>
    readSeries(family, read, maker),
  );
}

/** Ends every series the read before told of: the metric is gone, or cannot be read now. */
export function endFamily(family: Family, read: FamilyRead): Generator<void> {
  const { state, window } = read;
  const prior = read.isDelta && family.type !== 'gauge' ? state.priorCells(family) : null;
  return withMaker(family, { state, window, prior, isExponential: read.isExponential }, (maker) =>
    endSeries(family, read, maker),
  );
}

function withMaker(
  family: Family,
  context: PointContext & Pick<FamilyRead, 'isExponential'>,
  use: <P>(maker: PointMaker<P>) => Generator<void>,
): Generator<void> {
  if (family.type === 'gauge') return use(gaugePoints(family, context));
  if (family.type === 'counter') return use(counterPoints(family, context));
  return family.native === null || !context.isExponential
    ? use(histogramPoints(family, context))
    : use(exponentialPoints(family, context));
}

function* readSeries<P>(
  family: Family,
  { state: { seen }, canEnd, pieces }: FamilyRead,
  maker: PointMaker<P>,
): Generator<void> {
  const { series } = family;
  // What is born while this goes on is left for the next read, as in the exposition.
  const { youngest } = series;
  const size = Math.max(series.size, seen.size);
  seen.reserve(size);
  const metric = pieces.open(maker.toMetric);
  for (let slot = 0; slot < size; slot++) {
    if (slot % seriesPerStep === seriesPerStep - 1) yield;
    const birth = series.birthOf(slot);
    const before = seen.birthOf(slot);
    if (before !== 0 && before !== birth) addEnded(metric, maker, unlessBack(series, seen.end(series, slot)));
    if (birth === 0 || birth > youngest) continue;
    const attributes = seen.see({ family, slot, canEnd });
    const point = maker.living({ slot, birth, attributes });
    if (point !== null) metric.add(point, maker.weightOf(point));
  }
  metric.end();
  yield;
}

function* endSeries<P>(
  { series }: Family,
  { state: { seen }, pieces }: FamilyRead,
  maker: PointMaker<P>,
): Generator<void> {
  const metric = pieces.open(maker.toMetric);
  for (let slot = 0; slot < seen.size; slot++) {
    if (slot % seriesPerStep === seriesPerStep - 1) yield;
    if (seen.birthOf(slot) !== 0) addEnded(metric, maker, seen.end(series, slot));
  }
  metric.end();
  yield;
}

function addEnded<P>(metric: OpenMetric<P>, maker: PointMaker<P>, attributes: Attributes | null): void {
  const point = attributes === null ? null : maker.ended(attributes);
  if (point !== null) metric.add(point, 1);
}

/** A series that came back under the same labels has not ended, as far as a receiver can see. */
function unlessBack(series: SeriesTable, attributes: Attributes | null): Attributes | null {
  if (attributes === null) return null;
  const slot = series.peek(attributes);
  return slot >= 0 && series.birthOf(slot) <= series.youngest ? null : attributes;
}
