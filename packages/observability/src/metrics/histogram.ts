import { BucketSearch } from './bucket-search.ts';
import { Exemplars } from './exemplars.ts';
import type { FamilyContext } from './family-context.ts';
import type { BoundHistogram, LabelledHistogram, PlainHistogram } from './instruments.ts';
import type { LabelSpecs, RawLabels } from './label-specs.ts';
import type { MetricMeta } from './metric-meta.ts';
import { NativeHistograms } from './native/native-histograms.ts';
import type { NativeOptions } from './native/native-options.ts';
import { Cells } from './series/cells.ts';
import type { ExpiringSeries } from './series/series-expiry.ts';
import { SeriesTable } from './series/series-table.ts';

export interface HistogramShape {
  readonly buckets: readonly number[];
  readonly exemplars: boolean;
  /** @default none */
  readonly native?: NativeOptions | null;
}

/**
 * The stored side of a histogram: what the encoder reads. Per series: one cell for each bucket (not cumulative),
 * one for +Inf, then the sum. The count is the buckets' total, so the two cannot disagree.
 */
export class HistogramFamily implements ExpiringSeries {
  readonly type = 'histogram';
  readonly meta: MetricMeta;
  search: BucketSearch;
  readonly cells: Cells;
  readonly series: SeriesTable;
  readonly exemplars: Exemplars | null;
  /** Exponential buckets, counted beside the others. */
  native: NativeHistograms | null;
  readonly context: FamilyContext;
  readonly instrument: PlainHistogram | LabelledHistogram<LabelSpecs>;

  constructor(meta: MetricMeta, shape: HistogramShape, context: FamilyContext) {
    this.meta = meta;
    this.context = context;
    this.search = new BucketSearch(shape.buckets);
    this.cells = new Cells(this.bounds.length + 2);
    this.series = new SeriesTable({
      metric: meta.name,
      labels: meta.labels,
      cells: this.cells,
      onProblem: (problem) => context.onLabelProblem(meta.name, problem),
    });
    this.exemplars = shape.exemplars ? new Exemplars(context) : null;
    this.native = shape.native ? new NativeHistograms(shape.native) : null;
    this.instrument =
      this.series.names.length === 0
        ? new HistogramHandle(this, this.series.slotOf({}))
        : new HistogramWithLabels(this);
  }

  /** Upper bounds without +Inf. */
  get bounds(): Float64Array {
    return this.search.bounds;
  }

  /** Null also while nothing is traced; a change of that raises the version of the cells. */
  get activeExemplars(): Exemplars | null {
    return this.context.activeExemplar === null ? null : this.exemplars;
  }

  hasObservations(): boolean {
    return this.cells.values.some((value) => value !== 0);
  }

  /** Only before the first observation: recorded buckets cannot be told apart again. */
  replaceBounds(bounds: readonly number[]): void {
    this.search = new BucketSearch(bounds);
    this.cells.restride(this.bounds.length + 2);
  }

  /** Only before the first observation, as the counts of both must agree. */
  startNative(options: NativeOptions): void {
    this.native = new NativeHistograms(options);
    // Handles look again whether there is more to do than to add.
    this.cells.version += 1;
  }

  /** The count. */
  touchesOf(slot: number): number {
    const { values, stride } = this.cells;
    const sum = (slot + 1) * stride - 1;
    let count = 0;
    for (let cell = slot * stride; cell < sum; cell++) count += values[cell] as number;
    return count;
  }

  canExpire(slot: number): boolean {
    return this.series.isFoldable(slot);
  }

  expire(slot: number): void {
    const { stride } = this.cells;
    if (this.touchesOf(slot) > 0) {
      const other = this.series.slotOfOther();
      const to = other * stride;
      const { values } = this.cells;
      for (let i = 0; i < stride; i++)
        values[to + i] = (values[to + i] as number) + (values[slot * stride + i] as number);
      this.native?.fold(slot, other);
    }
    this.exemplars?.forget(slot * stride, stride);
    this.series.release(slot);
  }

  reset(): void {
    this.cells.values.fill(0);
    this.exemplars?.clear();
    this.native?.clear();
  }
}

/** No version of any cells. */
const never = -1;

/**
 * One series. It remembers the array and its place in it, so that an observation follows no chain of objects (8 ns
 * became 4 ns). One look at the version tells when something has to be done besides adding: to find both again, to
 * take an exemplar, or to count in an exponential bucket.
 */
class HistogramHandle implements PlainHistogram {
  readonly name: string;
  private readonly family: HistogramFamily;
  private readonly cells: Cells;
  /** To find the series again after it has gone. */
  private readonly labels: RawLabels;
  private values: Float64Array;
  private search: BucketSearch;
  /** The version of the cells in which there is nothing to do but to add. */
  private version = never;
  /** The version of the cells for which all below holds. */
  private aimedAt = never;
  private slot: number;
  private birth: number;
  private first = 0;
  private sum = 0;

  constructor(family: HistogramFamily, slot: number) {
    this.name = family.meta.name;
    this.family = family;
    this.cells = family.cells;
    this.labels = family.series.labelsOf(slot);
    this.values = family.cells.values;
    this.search = family.search;
    this.slot = slot;
    this.birth = family.series.birthOf(slot);
    this.aim();
  }

  observe(value: number): void {
    if (!Number.isFinite(value)) this.family.context.onDrop('invalid_value', this.name);
    else if (this.version === this.cells.version) this.add(value);
    else this.observeCarefully(value);
  }

  private add(value: number): number {
    const { values, sum } = this;
    const cell = this.first + this.search.find(value);
    values[cell] = (values[cell] as number) + 1;
    values[sum] = (values[sum] as number) + value;
    return cell;
  }

  private observeCarefully(value: number): void {
    const { cells, family } = this;
    if (this.aimedAt !== cells.version) this.aim();
    const cell = this.add(value);
    family.native?.record(this.slot, value);
    family.activeExemplars?.capture(cell, value);
  }

  private aim(): void {
    const { series, cells, search, native, activeExemplars } = this.family;
    if (series.birthOf(this.slot) !== this.birth) {
      this.slot = series.slotOf(this.labels);
      this.birth = series.birthOf(this.slot);
    }
    this.values = cells.values;
    this.search = search;
    this.first = this.slot * cells.stride;
    this.sum = this.first + cells.stride - 1;
    this.aimedAt = cells.version;
    this.version = activeExemplars === null && native === null ? cells.version : never;
  }
}

class HistogramWithLabels implements LabelledHistogram<LabelSpecs> {
  readonly name: string;
  private readonly family: HistogramFamily;
  private readonly series: SeriesTable;
  private readonly cells: Cells;

  constructor(family: HistogramFamily) {
    this.name = family.meta.name;
    this.family = family;
    this.series = family.series;
    this.cells = family.cells;
  }

  observe(labels: RawLabels, value: number): void {
    const { context, search, native, exemplars } = this.family;
    if (!Number.isFinite(value)) {
      context.onDrop('invalid_value', this.name);
      return;
    }
    let slot: number;
    try {
      slot = this.series.isUnused ? -1 : this.series.find(labels);
      if (slot < 0) slot = this.series.slotOfUnseen(labels);
    } catch {
      context.onDrop('invalid_labels', this.name);
      return;
    }
    const { values, stride } = this.cells;
    const first = slot * stride;
    const cell = first + search.find(value);
    const sum = first + stride - 1;
    values[cell] = (values[cell] as number) + 1;
    values[sum] = (values[sum] as number) + value;
    if (native !== null) native.record(slot, value);
    if (exemplars !== null && context.activeExemplar !== null) exemplars.capture(cell, value);
  }

  with(labels: RawLabels): BoundHistogram {
    try {
      return new HistogramHandle(this.family, this.series.slotOf(labels));
    } catch {
      const { context } = this.family;
      const drop = () => context.onDrop('invalid_labels', this.name);
      drop();
      return { observe: drop };
    }
  }
}
