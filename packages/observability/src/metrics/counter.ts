import { Exemplars } from './exemplars.ts';
import type { FamilyContext } from './family-context.ts';
import type { BoundCounter, LabelledCounter, PlainCounter } from './instruments.ts';
import type { LabelSpecs, RawLabels } from './label-specs.ts';
import type { MetricMeta } from './metric-meta.ts';
import { Cells } from './series/cells.ts';
import type { ExpiringSeries } from './series/series-expiry.ts';
import { SeriesTable } from './series/series-table.ts';

/** The stored side of a counter: what the encoder reads. */
export class CounterFamily implements ExpiringSeries {
  readonly type = 'counter';
  readonly meta: MetricMeta;
  readonly cells = new Cells(1);
  readonly series: SeriesTable;
  readonly exemplars: Exemplars | null;
  readonly context: FamilyContext;
  readonly instrument: PlainCounter | LabelledCounter<LabelSpecs>;

  constructor(meta: MetricMeta, exemplars: boolean, context: FamilyContext) {
    this.meta = meta;
    this.context = context;
    this.series = new SeriesTable({
      metric: meta.name,
      labels: meta.labels,
      cells: this.cells,
      onProblem: (problem) => context.onLabelProblem(meta.name, problem),
    });
    this.exemplars = exemplars ? new Exemplars(context) : null;
    this.instrument =
      this.series.names.length === 0 ? new CounterHandle(this, this.series.slotOf({})) : new CounterWithLabels(this);
  }

  touchesOf(slot: number): number {
    return this.cells.values[slot] as number;
  }

  canExpire(slot: number): boolean {
    return this.series.isFoldable(slot);
  }

  expire(slot: number): void {
    const amount = this.cells.values[slot] as number;
    if (amount > 0) {
      const other = this.series.slotOfOther();
      this.cells.values[other] = (this.cells.values[other] as number) + amount;
    }
    this.exemplars?.forget(slot, 1);
    this.series.release(slot);
  }

  reset(): void {
    this.cells.values.fill(0);
    this.exemplars?.clear();
  }
}

/**
 * One series. It remembers the array and its place in it, so that an increment follows no chain of objects; one look
 * at the version tells when to find both again.
 */
class CounterHandle implements PlainCounter {
  readonly name: string;
  private readonly family: CounterFamily;
  private readonly cells: Cells;
  private readonly exemplars: Exemplars | null;
  /** To find the series again after it has gone. */
  private readonly labels: RawLabels;
  private values: Float64Array;
  private version: number;
  private slot: number;
  private birth: number;

  constructor(family: CounterFamily, slot: number) {
    this.name = family.meta.name;
    this.family = family;
    this.cells = family.cells;
    this.exemplars = family.exemplars;
    this.labels = family.series.labelsOf(slot);
    this.values = family.cells.values;
    this.version = family.cells.version;
    this.slot = slot;
    this.birth = family.series.birthOf(slot);
  }

  inc(amount = 1): void {
    if (!isAmount(amount)) {
      this.family.context.onDrop('invalid_value', this.name);
      return;
    }
    if (this.version !== this.cells.version) this.aim();
    const { values, slot } = this;
    values[slot] = (values[slot] as number) + amount;
    if (this.exemplars !== null && this.family.context.activeExemplar !== null) this.exemplars.capture(slot, amount);
  }

  private aim(): void {
    const { series, cells } = this.family;
    if (series.birthOf(this.slot) !== this.birth) {
      this.slot = series.slotOf(this.labels);
      this.birth = series.birthOf(this.slot);
    }
    this.values = cells.values;
    this.version = cells.version;
  }
}

class CounterWithLabels implements LabelledCounter<LabelSpecs> {
  readonly name: string;
  private readonly family: CounterFamily;
  private readonly series: SeriesTable;
  private readonly cells: Cells;
  private readonly exemplars: Exemplars | null;

  constructor(family: CounterFamily) {
    this.name = family.meta.name;
    this.family = family;
    this.series = family.series;
    this.cells = family.cells;
    this.exemplars = family.exemplars;
  }

  inc(labels: RawLabels, amount = 1): void {
    if (!isAmount(amount)) {
      this.family.context.onDrop('invalid_value', this.name);
      return;
    }
    let slot: number;
    try {
      slot = this.series.isUnused ? -1 : this.series.find(labels);
      if (slot < 0) slot = this.series.slotOfUnseen(labels);
    } catch {
      this.family.context.onDrop('invalid_labels', this.name);
      return;
    }
    const { values } = this.cells;
    values[slot] = (values[slot] as number) + amount;
    if (this.exemplars !== null && this.family.context.activeExemplar !== null) this.exemplars.capture(slot, amount);
  }

  with(labels: RawLabels): BoundCounter {
    try {
      return new CounterHandle(this.family, this.series.slotOf(labels));
    } catch {
      const { context } = this.family;
      const drop = () => context.onDrop('invalid_labels', this.name);
      drop();
      return { inc: drop };
    }
  }
}

/** Infinity is refused too: added once, it would hide every later increment. */
function isAmount(amount: number): boolean {
  return typeof amount === 'number' && amount >= 0 && amount <= Number.MAX_VALUE;
}
