import type { Family } from './family.ts';
import type { DropReason } from './family-context.ts';
import type {
  LabelledCounter,
  LabelledGauge,
  LabelledHistogram,
  PlainCounter,
  PlainGauge,
  PlainHistogram,
} from './instruments.ts';
import type { LabelSpecs, RawLabels } from './label-specs.ts';
import type { MetricMeta } from './metric-meta.ts';

// What a program gets for a declaration that cannot have a metric of its own: it always works, never throws.

/** Takes every call of any instrument and keeps nothing; each sample is told to `onDrop`. */
export function createLostInstrument(
  name: string,
  reason: DropReason,
  onDrop: (reason: DropReason, metric: string) => void,
) {
  const drop = () => onDrop(reason, name);
  const lost = { name, inc: drop, dec: drop, set: drop, observe: drop, remove: () => {}, with: () => lost };
  return lost;
}

/**
 * Records into a metric of the same name and type that was declared otherwise: under the labels both know, so that
 * its totals stay right. Labels only the first has are kept as "", labels only the second has are left out.
 */
export function createStandIn(first: Family, second: MetricMeta): unknown {
  const isLabelled = Object.keys(second.labels).length > 0;
  const { instrument } = first;
  if (isLabelled === 'with' in instrument) return instrument;
  if ('with' in instrument) return { name: first.meta.name, ...bindAll(first) };
  return withIgnoredLabels(first);
}

/** The series of a labelled metric whose labels are all missing, as an instrument without labels. */
function bindAll(first: Family) {
  if (first.type === 'counter') {
    const bound = (first.instrument as LabelledCounter<LabelSpecs>).with({});
    return { inc: (amount?: number) => bound.inc(amount) };
  }
  if (first.type === 'histogram') {
    const bound = (first.instrument as LabelledHistogram<LabelSpecs>).with({});
    return { observe: (value: number) => bound.observe(value) };
  }
  const bound = (first.instrument as LabelledGauge<LabelSpecs>).with({});
  return {
    set: (value: number) => bound.set(value),
    inc: (amount?: number) => bound.inc(amount),
    dec: (amount?: number) => bound.dec(amount),
    remove: () => bound.remove(),
  };
}

function withIgnoredLabels(first: Family) {
  const { name } = first.meta;
  if (first.type === 'counter') {
    const plain = first.instrument as PlainCounter;
    return { name, inc: (_: RawLabels, amount?: number) => plain.inc(amount), with: () => plain };
  }
  if (first.type === 'histogram') {
    const plain = first.instrument as PlainHistogram;
    return { name, observe: (_: RawLabels, value: number) => plain.observe(value), with: () => plain };
  }
  const plain = first.instrument as PlainGauge;
  return {
    name,
    set: (_: RawLabels, value: number) => plain.set(value),
    inc: (_: RawLabels, amount?: number) => plain.inc(amount),
    dec: (_: RawLabels, amount?: number) => plain.dec(amount),
    remove: () => plain.remove(),
    with: () => plain,
  };
}
