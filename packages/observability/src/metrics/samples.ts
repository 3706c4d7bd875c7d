import { toBoundText } from './exposition/number-text.ts';
import type { Family } from './family.ts';
import type { HistogramFamily } from './histogram.ts';

/** One line of the output, as data. */
export interface Sample {
  /** With the suffix it has in the output: `x_seconds_bucket`, `x_total`. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Every sample of a metric as of now, histograms cumulative as in the output. */
export function toSamples(family: Family): readonly Sample[] {
  const samples: Sample[] = [];
  for (let slot = 0; slot < family.series.size; slot++) {
    if (!family.series.isLive(slot)) continue;
    if (family.type === 'histogram') samples.push(...histogramSamples(family, slot));
    else {
      const value = family.cells.values[slot] ?? 0;
      samples.push({ name: family.meta.name, labels: family.series.labelsOf(slot), value });
    }
  }
  return samples;
}

function histogramSamples(family: HistogramFamily, slot: number): readonly Sample[] {
  const { name } = family.meta;
  const labels = family.series.labelsOf(slot);
  const { values, stride } = family.cells;
  const samples: Sample[] = [];
  let count = 0;
  for (let bucket = 0; bucket < stride - 1; bucket++) {
    count += values[slot * stride + bucket] ?? 0;
    const le = toBoundText(family.bounds[bucket] ?? Number.POSITIVE_INFINITY);
    samples.push({ name: `${name}_bucket`, labels: { ...labels, le }, value: count });
  }
  samples.push({ name: `${name}_sum`, labels, value: values[(slot + 1) * stride - 1] ?? 0 });
  samples.push({ name: `${name}_count`, labels, value: count });
  return samples;
}

/**
 * The sum of a metric's samples that carry the given labels, or undefined when none does.
 * A histogram asked for by its own name gives its count.
 */
export function sumOf(family: Family, name: string, labels: Readonly<Record<string, string>>): number | undefined {
  const wanted = family.type === 'histogram' && name === family.meta.name ? `${name}_count` : name;
  const matching = toSamples(family).filter(
    (sample) =>
      sample.name === wanted && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  return matching.length === 0 ? undefined : matching.reduce((sum, sample) => sum + sample.value, 0);
}
