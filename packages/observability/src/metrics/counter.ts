import { Cells } from './cells.ts';
import { Exemplars } from './exemplars.ts';
import type { FamilyContext } from './family-context.ts';
import type { BoundCounter, LabelledCounter, PlainCounter } from './instruments.ts';
import type { LabelSpecs, RawLabels } from './label-specs.ts';
import type { MetricMeta } from './metric-meta.ts';
import { SeriesTable } from './series-table.ts';

/** The stored side of a counter: what the encoder reads. */
export class CounterFamily {
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

  add(slot: number, amount: number): void {
    const { values } = this.cells;
    values[slot] = (values[slot] as number) + amount;
    if (this.exemplars !== null && this.context.activeExemplar !== null) this.exemplars.capture(slot, amount);
  }

  reset(): void {
    this.cells.values.fill(0);
    this.exemplars?.clear();
  }
}

class CounterHandle implements PlainCounter {
  readonly name: string;
  private readonly family: CounterFamily;
  private readonly slot: number;

  constructor(family: CounterFamily, slot: number) {
    this.name = family.meta.name;
    this.family = family;
    this.slot = slot;
  }

  inc(amount = 1): void {
    if (isAmount(amount)) this.family.add(this.slot, amount);
    else this.family.context.onDrop('invalid_value');
  }
}

class CounterWithLabels implements LabelledCounter<LabelSpecs> {
  readonly name: string;
  private readonly family: CounterFamily;

  constructor(family: CounterFamily) {
    this.name = family.meta.name;
    this.family = family;
  }

  inc(labels: RawLabels, amount = 1): void {
    if (!isAmount(amount)) {
      this.family.context.onDrop('invalid_value');
      return;
    }
    try {
      this.family.add(this.family.series.slotOf(labels), amount);
    } catch {
      this.family.context.onDrop('invalid_labels');
    }
  }

  with(labels: RawLabels): BoundCounter {
    try {
      return new CounterHandle(this.family, this.family.series.slotOf(labels));
    } catch {
      const { context } = this.family;
      context.onDrop('invalid_labels');
      return { inc: () => context.onDrop('invalid_labels') };
    }
  }
}

/** Infinity is refused too: added once, it would hide every later increment. */
function isAmount(amount: number): boolean {
  return typeof amount === 'number' && amount >= 0 && amount <= Number.MAX_VALUE;
}
