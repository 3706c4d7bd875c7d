import type { AttachedFamily } from '../../metrics/attached/attached-family.ts';
import { AttachedGathering, type AttachedSeries } from '../../metrics/exposition/protobuf/attached-series.ts';
import type { Attributes } from '../../otlp/common-model.ts';
import {
  type AttachedContext,
  type AttachedMaker,
  attachedHistograms,
  attachedNumbers,
  attachedSummaries,
} from './attached-points.ts';
import { type AttachedTotals, isGrowth, toTotals } from './attached-totals.ts';
import type { MetricPieces } from './metric-pieces.ts';
import type { ReadWindow } from './read-window.ts';

interface KnownSeries {
  readonly attributes: Attributes;
  readonly totals: AttachedTotals;
  readonly startNano: bigint;
}

/** What a reader remembers of one attached metric: the series of its last read, so never more than that registry holds. */
export interface AttachedState {
  /** When it was last read; before that, since when its series count. */
  lastNano: bigint;
  series: ReadonlyMap<string, KnownSeries>;
}

export interface AttachedRead {
  readonly state: AttachedState;
  readonly window: ReadWindow;
  readonly isDelta: boolean;
  readonly pieces: MetricPieces;
  readonly onInvalid: (family: AttachedFamily) => void;
}

const valuesPerStep = 64;
const seriesPerStep = 16;

/** Reads one metric of an attached registry, stopping every few values. */
export function* readAttached(family: AttachedFamily, read: AttachedRead): Generator<void> {
  const gathering = new AttachedGathering(family);
  let looked = 0;
  for (const value of family.values) {
    if (!gathering.add(value)) read.onInvalid(family);
    looked += 1;
    if (looked % valuesPerStep === 0) yield;
  }
  yield* withMaker(family, read, (maker) => readSeries(family, { read, maker, gathered: gathering.series }));
}

/** Ends every series the read before told of. */
export function endAttached(family: AttachedFamily, read: AttachedRead): Generator<void> {
  return withMaker(family, read, (maker) => readSeries(family, { read, maker, gathered: new Map() }));
}

function withMaker(
  family: AttachedFamily,
  context: AttachedContext,
  use: <P>(maker: AttachedMaker<P>) => Generator<void>,
): Generator<void> {
  if (family.type === 'histogram') return use(attachedHistograms(family, context));
  return family.type === 'summary' ? use(attachedSummaries(family, context)) : use(attachedNumbers(family, context));
}

interface SeriesRead<P> {
  readonly read: AttachedRead;
  readonly maker: AttachedMaker<P>;
  readonly gathered: ReadonlyMap<string, AttachedSeries>;
}

function* readSeries<P>(family: AttachedFamily, { read, maker, gathered }: SeriesRead<P>): Generator<void> {
  const { state, window, isDelta, pieces, onInvalid } = read;
  const known = state.series;
  const seen = new Map<string, KnownSeries>();
  const metric = pieces.open(maker.toMetric);
  let looked = 0;
  for (const [key, series] of gathered) {
    looked += 1;
    if (looked % seriesPerStep === 0) yield;
    const totals = toTotals(family, series);
    if (totals === null) {
      onInvalid(family);
      continue;
    }
    const now = toKnown({ series, totals, before: known.get(key), read, counts: maker.counts });
    seen.set(key, now.known);
    const point = maker.living({ series, ...now.known, before: now.before, startNano: now.startNano });
    if (point !== null) metric.add(point, 1 + totals.bounds.length / 8);
  }
  for (const [key, { attributes, totals }] of known) {
    if (!seen.has(key) && !(isDelta && maker.counts)) metric.add(maker.ended(attributes, totals), 1);
  }
  metric.end();
  state.series = seen;
  state.lastNano = window.timeNano;
  yield;
}

interface Comparison {
  readonly series: AttachedSeries;
  readonly totals: AttachedTotals;
  readonly before: KnownSeries | undefined;
  readonly read: AttachedRead;
  /** Whether it only grows, so that falling means that it began anew. */
  readonly counts: boolean;
}

function toKnown({ series, totals, before, read: { state, isDelta }, counts }: Comparison) {
  const continues = before !== undefined && (!counts || isGrowth(totals, before.totals));
  const startNano = continues ? before.startNano : state.lastNano;
  const attributes = before?.attributes ?? Object.fromEntries(series.labels);
  return {
    known: { attributes, totals, startNano },
    before: continues ? before.totals : null,
    startNano: isDelta && counts ? state.lastNano : startNano,
  };
}
