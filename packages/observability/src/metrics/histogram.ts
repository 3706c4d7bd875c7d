import { Cells } from './cells.ts';
import { Exemplars } from './exemplars.ts';
import type { FamilyContext } from './family-context.ts';
import type { BoundHistogram, LabelledHistogram, PlainHistogram } from './instruments.ts';
import type { LabelSpecs } from './label-specs.ts';
import type { MetricMeta } from './metric-meta.ts';
import { type RawLabels, SeriesTable } from './series-table.ts';

export interface HistogramShape {
  readonly buckets: readonly number[];
  readonly exemplars: boolean;
}

/**
 * The stored side of a histogram: what the encoder reads. Per series: one cell for each bucket (not cumulative),
 * one for +Inf, then the sum. The count is the buckets' total, so the two cannot disagree.
 */
export class HistogramFamily {
  readonly type = 'histogram';
  readonly meta: MetricMeta;
  bounds: Float64Array;
  readonly cells: Cells;
  readonly series: SeriesTable;
  readonly exemplars: Exemplars | null;
  readonly context: FamilyContext;
  readonly instrument: PlainHistogram | LabelledHistogram<LabelSpecs>;

  constructor(meta: MetricMeta, shape: HistogramShape, context: FamilyContext) {
    this.meta = meta;
    this.context = context;
    this.bounds = Float64Array.from(shape.buckets);
    this.cells = new Cells(this.bounds.length + 2);
    this.series = new SeriesTable(meta.labels, this.cells, (problem) => context.onLabelProblem(meta.name, problem));
    this.exemplars = shape.exemplars ? new Exemplars(context) : null;
    this.instrument =
      this.series.names.length === 0
        ? new HistogramHandle(this, this.series.slotOf({}))
        : new HistogramWithLabels(this);
  }

  record(slot: number, value: number): void {
    const { bounds, cells } = this;
    const { values, stride } = cells;
    let bucket = 0;
    // Linear on purpose: declared bucket lists are short, and most values fall in the first few.
    while (bucket < bounds.length && value > (bounds[bucket] as number)) bucket += 1;
    const first = slot * stride;
    const cell = first + bucket;
    const sum = first + stride - 1;
    values[cell] = (values[cell] as number) + 1;
    values[sum] = (values[sum] as number) + value;
    if (this.context.activeExemplar !== null && this.exemplars !== null) this.exemplars.capture(cell, value);
  }

  hasObservations(): boolean {
    return this.cells.values.some((value) => value !== 0);
  }

  /** Only before the first observation: recorded buckets cannot be told apart again. */
  replaceBounds(bounds: readonly number[]): void {
    this.bounds = Float64Array.from(bounds);
    this.cells.restride(this.bounds.length + 2);
  }

  reset(): void {
    this.cells.values.fill(0);
    this.exemplars?.clear();
  }
}

class HistogramHandle implements PlainHistogram {
  readonly name: string;
  private readonly family: HistogramFamily;
  private readonly slot: number;

  constructor(family: HistogramFamily, slot: number) {
    this.name = family.meta.name;
    this.family = family;
    this.slot = slot;
  }

  observe(value: number): void {
    if (Number.isFinite(value)) this.family.record(this.slot, value);
    else this.family.context.onDrop('invalid_value');
  }
}

class HistogramWithLabels implements LabelledHistogram<LabelSpecs> {
  readonly name: string;
  private readonly family: HistogramFamily;

  constructor(family: HistogramFamily) {
    this.name = family.meta.name;
    this.family = family;
  }

  observe(labels: RawLabels, value: number): void {
    if (!Number.isFinite(value)) {
      this.family.context.onDrop('invalid_value');
      return;
    }
    try {
      this.family.record(this.family.series.slotOf(labels), value);
    } catch {
      this.family.context.onDrop('invalid_labels');
    }
  }

  with(labels: RawLabels): BoundHistogram {
    try {
      return new HistogramHandle(this.family, this.family.series.slotOf(labels));
    } catch {
      const { context } = this.family;
      context.onDrop('invalid_labels');
      return { observe: () => context.onDrop('invalid_labels') };
    }
  }
}
