import type { CounterFamily } from '../../metrics/counter.ts';
import type { Family } from '../../metrics/family.ts';
import type { GaugeFamily } from '../../metrics/gauge.ts';
import type { Attributes } from '../../otlp/common-model.ts';
import type { MetricData, NumberPoint } from '../../otlp/metric-model.ts';
import { noExemplars, toExemplars } from './exemplar-points.ts';
import type { FamilyState } from './family-state.ts';
import { toUcum } from './metric-units.ts';
import type { PriorCells } from './prior-cells.ts';
import type { ReadWindow } from './read-window.ts';

/** A series that lives, as its point is made. */
export interface LivingSeries {
  readonly slot: number;
  readonly birth: number;
  readonly attributes: Attributes;
}

/** How the series of one metric become points. */
export interface PointMaker<P> {
  /** Null where there is nothing to tell. */
  living(series: LivingSeries): P | null;
  /** Says that the series has ended; null where no receiver needs to be told. */
  ended(attributes: Attributes): P | null;
  toMetric(points: readonly P[]): MetricData;
  /** About how many numbers a point holds. */
  weightOf(point: P): number;
}

export interface PointContext {
  readonly state: FamilyState;
  readonly window: ReadWindow;
  /** What was told of before; null for totals. */
  readonly prior: PriorCells | null;
}

interface MetricIdentity {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
}

/** What a metric of any kind says of itself, under the name it has in the exposition: see `createMetricReader`. */
export function toIdentity({ meta }: Family): MetricIdentity {
  return { name: meta.name, description: meta.help, unit: toUcum(meta.unit) };
}

/** OTLP's flag of a point without a value: the series has ended. */
export const noRecordedValue = 1;

/** The point that ends a series of numbers. */
export function toEndedNumber(attributes: Attributes, timeUnixNano: bigint): NumberPoint {
  return {
    attributes,
    startTimeUnixNano: 0n,
    timeUnixNano,
    flags: noRecordedValue,
    value: undefined,
    exemplars: noExemplars,
  };
}

export function gaugePoints(family: GaugeFamily, { window }: PointContext): PointMaker<NumberPoint> {
  const { cells } = family;
  const { timeNano: timeUnixNano } = window;
  return {
    living: ({ slot, attributes }) => ({
      attributes,
      startTimeUnixNano: 0n,
      timeUnixNano,
      flags: 0,
      value: cells.values[slot] ?? 0,
      exemplars: noExemplars,
    }),
    ended: (attributes) => toEndedNumber(attributes, timeUnixNano),
    toMetric: (points) => ({ ...toIdentity(family), kind: 'gauge', points }),
    weightOf: () => 1,
  };
}

export function counterPoints(family: CounterFamily, { state, window, prior }: PointContext): PointMaker<NumberPoint> {
  const { cells } = family;
  const { timeNano: timeUnixNano, previousNano, previousMs: afterMs } = window;
  return {
    living({ slot, birth, attributes }) {
      const total = cells.values[slot] ?? 0;
      const value = prior === null ? total : prior.advance(prior.at(slot, birth), 0, total);
      if (prior !== null && value === 0) return null;
      const startTimeUnixNano = prior === null ? state.starts.of(birth) : previousNano;
      const exemplars = toExemplars(family.exemplars, { first: slot, cells: 1, afterMs });
      return { attributes, startTimeUnixNano, timeUnixNano, flags: 0, value, exemplars };
    },
    ended: (attributes) => (prior === null ? toEndedNumber(attributes, timeUnixNano) : null),
    toMetric: (points) => ({
      ...toIdentity(family),
      kind: 'sum',
      temporality: prior === null ? 'cumulative' : 'delta',
      isMonotonic: true,
      points,
    }),
    weightOf: () => 1,
  };
}
