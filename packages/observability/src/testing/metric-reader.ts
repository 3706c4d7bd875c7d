import type { Registry } from '../metrics/registry.ts';
import type { Sample } from '../metrics/samples.ts';

/** Labels a series must carry; it may carry more. */
export type MetricLabels = Readonly<Record<string, string>>;

/** Reads metrics relative to the moment the reader was made. */
export interface MetricReader {
  read(name: string, labels: MetricLabels): number | undefined;
  expect(name: string, labels: MetricLabels, expected: number | undefined): void;
}

/** Takes the registry as it is now as zero for everything that only grows. */
export function createMetricReader(registry: Registry): MetricReader {
  const before = registry.samples();

  const read = (name: string, labels: MetricLabels): number | undefined => {
    const now = registry.value(name, labels);
    if (now === undefined || isGauge(registry, name)) return now;
    return now - (sumOf(before, sampleName(registry, name), labels) ?? 0);
  };

  return {
    read,
    expect(name, labels, expected) {
      const actual = read(name, labels);
      if (Object.is(actual, expected)) return;
      const asked = `${name}${JSON.stringify(labels)}`;
      throw new Error(`expected ${asked} to be ${expected}, it is ${actual}\n${describeSeries(registry, name)}`);
    },
  };
}

function isGauge(registry: Registry, name: string): boolean {
  return registry.describe().some((metric) => metric.name === name && metric.type === 'gauge');
}

/** A histogram asked for by its own name means its count. */
function sampleName(registry: Registry, name: string): string {
  const isHistogram = registry.describe().some((metric) => metric.name === name && metric.type === 'histogram');
  return isHistogram ? `${name}_count` : name;
}

function sumOf(samples: readonly Sample[], name: string, labels: MetricLabels): number | undefined {
  const matching = samples.filter(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  );
  return matching.length === 0 ? undefined : matching.reduce((sum, { value }) => sum + value, 0);
}

function describeSeries(registry: Registry, name: string): string {
  const series = registry.samples().filter((sample) => sample.name === sampleName(registry, name));
  if (series.length > 0) return series.map(({ labels, value }) => `  ${JSON.stringify(labels)} ${value}`).join('\n');
  const known = registry.describe().some((metric) => name.startsWith(metric.name));
  return known ? '  it is declared and has no series' : '  no metric of that name is declared';
}
