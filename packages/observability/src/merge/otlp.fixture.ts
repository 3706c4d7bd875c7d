import type { Attributes } from '../otlp/common-model.ts';
import type { HistogramPoint, MetricData, NumberPoint, ResourceMetrics, Temporality } from '../otlp/metric-model.ts';
import type { MergeHooks, MergeSettings } from './merge-settings.ts';
import type { MergedMetrics } from './merged-metrics.ts';
import { createMergedMetrics } from './merged-metrics.ts';
import type { MetricSource } from './metric-source.ts';

export const settings: MergeSettings = {
  rules: {},
  instance: 'none',
  expiryMs: 300_000,
  maxSeries: 10_000,
  maxSources: 100,
};

/** A merge whose clock is set by hand. */
export function createMerge(changes: Partial<MergeSettings & MergeHooks> = {}): {
  readonly merge: MergedMetrics;
  readonly clock: { nowMs: number };
} {
  const clock = { nowMs: 1_000 };
  const merge = createMergedMetrics({ ...settings, elapsedMs: () => clock.nowMs, ...changes });
  return { merge, clock };
}

export function source(id: string, { job = 'shop', instance = id }: Partial<MetricSource> = {}): MetricSource {
  return { id, job, instance };
}

interface PointFacts {
  readonly attributes?: Attributes;
  readonly start?: number;
  readonly time?: number;
}

export function numberPoint(
  value: number | bigint | undefined,
  { attributes = {}, start = 1, time = 2 }: PointFacts = {},
): NumberPoint {
  return {
    attributes,
    startTimeUnixNano: BigInt(start) * 1_000_000_000n,
    timeUnixNano: BigInt(time) * 1_000_000_000n,
    flags: 0,
    value,
    exemplars: [],
  };
}

export function counterOf(
  name: string,
  points: readonly NumberPoint[],
  temporality: Temporality = 'cumulative',
): MetricData {
  return { kind: 'sum', name, description: 'h', unit: '', temporality, isMonotonic: true, points };
}

export function gaugeOf(name: string, points: readonly NumberPoint[]): MetricData {
  return { kind: 'gauge', name, description: 'h', unit: '', points };
}

export function histogramPoint(
  buckets: readonly number[],
  bounds: readonly number[],
  { sum = 1, ...facts }: PointFacts & { readonly sum?: number } = {},
): HistogramPoint {
  return {
    ...numberPoint(0, facts),
    count: buckets.reduce((total, count) => total + count, 0),
    sum,
    bucketCounts: buckets,
    explicitBounds: bounds,
    min: undefined,
    max: undefined,
  };
}

export function histogramOf(
  name: string,
  points: readonly HistogramPoint[],
  temporality: Temporality = 'cumulative',
): MetricData {
  return { kind: 'histogram', name, description: 'h', unit: '', temporality, points };
}

export function of(...metrics: readonly MetricData[]): readonly ResourceMetrics[] {
  return [{ resource: { attributes: {} }, scopes: [{ scope: { name: 'test' }, metrics }] }];
}

export async function textOf(
  merge: Pick<MergedMetrics, 'renderBytes'>,
  format: 'text' | 'openmetrics' = 'text',
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of merge.renderBytes({ format })) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The value of one line, by what stands before it. */
export async function shownOf(merge: Pick<MergedMetrics, 'renderBytes'>, series: string): Promise<number | undefined> {
  const line = (await textOf(merge)).split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1).replace('Inf', 'Infinity'));
}
