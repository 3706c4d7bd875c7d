import { nearestName } from '../config/nearest-name.ts';
import type { MetricDescription } from '../metrics/declaring/declarations.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Sample } from '../metrics/samples.ts';
import { showValue } from './value-match.ts';

/** Labels a series must carry; it may carry more. */
export type MetricLabels = Readonly<Record<string, string>>;

/** One series and what it gained, or, for a gauge, shows. */
export interface RecordedSeries {
  readonly labels: MetricLabels;
  readonly value: number;
}

/** What a histogram gained. */
export interface RecordedHistogram {
  readonly count: number;
  readonly sum: number;
  /** Cumulative, by upper bound: `{ 0.1: 2, 1: 5, '+Inf': 6 }`. */
  readonly buckets: Readonly<Record<string, number>>;
}

/** Reads metrics relative to the moment the reader was made. */
export interface MetricReader {
  read(name: string, labels: MetricLabels): number | undefined;
  series(name: string, labels: MetricLabels): readonly RecordedSeries[];
  histogram(name: string, labels: MetricLabels): RecordedHistogram | undefined;
  /** The series of a metric as failures show them. */
  describe(name: string, labels: MetricLabels): string;
}

/** Takes the registry as it is now as zero for everything that only grows. */
export function createMetricReader(registry: Registry): MetricReader {
  const before = new Map(registry.samples().map((sample) => [keyOf(sample), sample.value]));

  const series = (name: string, labels: MetricLabels): RecordedSeries[] => {
    const metric = metricOf(registry, name);
    const wanted = metric?.type === 'histogram' && metric.name === name ? `${name}_count` : name;
    return registry
      .samples()
      .filter((sample) => sample.name === wanted && carries(sample, labels))
      .map((sample) => ({
        labels: sample.labels,
        value: metric?.type === 'gauge' ? sample.value : sample.value - (before.get(keyOf(sample)) ?? 0),
      }));
  };
  const read = (name: string, labels: MetricLabels): number | undefined => {
    const found = series(name, labels);
    return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
  };

  return {
    read,
    series,
    histogram(name, labels) {
      const count = read(`${name}_count`, labels);
      if (count === undefined) return undefined;
      const buckets: Record<string, number> = {};
      for (const { labels: carried, value } of series(`${name}_bucket`, labels)) {
        const { le = '+Inf' } = carried;
        // The output writes 1.0 where a test writes 1.
        const bound = le === '+Inf' ? le : String(Number(le));
        buckets[bound] = (buckets[bound] ?? 0) + value;
      }
      return { count, sum: read(`${name}_sum`, labels) ?? 0, buckets };
    },
    describe(name, labels) {
      const metric = metricOf(registry, name);
      if (metric === undefined) return describeUnknown(registry, name);
      const shown = series(name, {}).map(({ labels: carried, value }) => `  ${showLabels(carried)} ${value}`);
      const lines = shown.length > 0 ? shown : ['  it is declared and has no series'];
      return [...describeLabels(metric, labels), ...lines].join('\n');
    },
  };
}

/** Sums of fractions are equal when they differ by rounding only. */
export function isSameNumber(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined || Object.is(one, other)) return Object.is(one, other);
  return Math.abs(one - other) <= 1e-9 * Math.max(1, Math.abs(one), Math.abs(other));
}

/** As in the output: `{status="paid"}`. */
export function showLabels(labels: MetricLabels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${pairs.join(',')}}`;
}

function keyOf({ name, labels }: Sample): string {
  return JSON.stringify([name, Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))]);
}

function carries(sample: Sample, labels: MetricLabels): boolean {
  return Object.entries(labels).every(([name, value]) => sample.labels[name] === value);
}

/** The metric a sample of this name belongs to. */
function metricOf(registry: Registry, name: string): MetricDescription | undefined {
  const all = registry.describe();
  const own = all.find((metric) => metric.name === name);
  const family = name.replace(/_(?:bucket|sum|count)$/, '');
  return own ?? all.find((metric) => metric.name === family && metric.type === 'histogram');
}

function describeUnknown(registry: Registry, name: string): string {
  const near = nearestName(
    name,
    registry.describe().map((metric) => metric.name),
  );
  return `  no metric of that name is declared${near === undefined ? '' : ` (did you mean "${near}"?)`}`;
}

function describeLabels(metric: MetricDescription, labels: MetricLabels): string[] {
  const names = metric.labels.map(({ name }) => name);
  const unknown = Object.keys(labels).filter((name) => !names.includes(name) && name !== 'le');
  return unknown.map((name) => `  it has no label ${name}, but ${names.length === 0 ? 'none' : showValue(names)}`);
}
