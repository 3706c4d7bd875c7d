import type { FamilyContext } from './family-context.ts';
import type { BoundGauge, LabelledGauge, PlainGauge } from './instruments.ts';
import type { LabelSpecs, RawLabels } from './label-specs.ts';
import type { MetricMeta } from './metric-meta.ts';
import { Cells } from './series/cells.ts';
import type { ExpiringSeries } from './series/series-expiry.ts';
import { SeriesTable } from './series/series-table.ts';

/** The stored side of a gauge: what the encoder reads. */
export class GaugeFamily implements ExpiringSeries {
  readonly type = 'gauge';
  readonly meta: MetricMeta;
  readonly cells = new Cells(1);
  readonly series: SeriesTable;
  readonly context: FamilyContext;
  readonly instrument: PlainGauge | LabelledGauge<LabelSpecs>;
  /** Writes by slot, counted only where series expire: a gauge may be set to what it was. */
  private writes: Uint32Array | null = null;

  constructor(meta: MetricMeta, context: FamilyContext) {
    this.meta = meta;
    this.context = context;
    this.series = new SeriesTable({
      metric: meta.name,
      labels: meta.labels,
      cells: this.cells,
      onProblem: (problem) => context.onLabelProblem(meta.name, problem),
    });
    this.instrument = this.series.names.length === 0 ? new GaugeHandle(this, {}) : new GaugeWithLabels(this);
  }

  write(slot: number, value: number): void {
    this.cells.values[slot] = value;
    if (this.writes !== null) this.countWrite(slot);
  }

  add(slot: number, amount: number): void {
    this.write(slot, (this.cells.values[slot] as number) + amount);
  }

  startCountingWrites(): void {
    this.writes ??= new Uint32Array(this.series.size);
  }

  touchesOf(slot: number): number {
    return this.writes?.[slot] ?? 0;
  }

  canExpire(): boolean {
    return true;
  }

  expire(slot: number): void {
    this.series.release(slot);
  }

  private countWrite(slot: number): void {
    let { writes } = this;
    if (writes === null) return;
    if (slot >= writes.length) {
      const grown = new Uint32Array(Math.max(4, this.series.size, writes.length * 2));
      grown.set(writes);
      writes = grown;
      this.writes = grown;
    }
    writes[slot] = (writes[slot] as number) + 1;
  }

  reset(): void {
    for (let slot = 0; slot < this.series.size; slot++) this.series.release(slot);
  }
}

/** Finds its series at the first write, and again after it was removed. */
class GaugeHandle implements PlainGauge {
  readonly name: string;
  private readonly family: GaugeFamily;
  private readonly labels: RawLabels;
  private slot = -1;
  private birth = 0;

  constructor(family: GaugeFamily, labels: RawLabels) {
    this.name = family.meta.name;
    this.family = family;
    this.labels = labels;
  }

  set(value: number): void {
    if (typeof value !== 'number') this.family.context.onDrop('invalid_value', this.name);
    else this.write(value, false);
  }

  inc(amount = 1): void {
    if (!Number.isFinite(amount)) this.family.context.onDrop('invalid_value', this.name);
    else this.write(amount, true);
  }

  dec(amount = 1): void {
    this.inc(typeof amount === 'number' ? -amount : Number.NaN);
  }

  remove(): void {
    if (this.isBound()) this.family.series.release(this.slot);
  }

  private isBound(): boolean {
    return this.slot >= 0 && this.family.series.birthOf(this.slot) === this.birth;
  }

  private write(value: number, relative: boolean): void {
    const { series } = this.family;
    if (!this.isBound()) {
      this.slot = series.slotOf(this.labels);
      this.birth = series.birthOf(this.slot);
    }
    if (relative) this.family.add(this.slot, value);
    else this.family.write(this.slot, value);
  }
}

class GaugeWithLabels implements LabelledGauge<LabelSpecs> {
  readonly name: string;
  private readonly family: GaugeFamily;

  constructor(family: GaugeFamily) {
    this.name = family.meta.name;
    this.family = family;
  }

  set(labels: RawLabels, value: number): void {
    if (typeof value !== 'number') this.family.context.onDrop('invalid_value', this.name);
    else this.write(labels, value, false);
  }

  inc(labels: RawLabels, amount = 1): void {
    if (!Number.isFinite(amount)) this.family.context.onDrop('invalid_value', this.name);
    else this.write(labels, amount, true);
  }

  dec(labels: RawLabels, amount = 1): void {
    this.inc(labels, typeof amount === 'number' ? -amount : Number.NaN);
  }

  remove(labels: RawLabels): void {
    try {
      const slot = this.family.series.peek(labels);
      if (slot >= 0) this.family.series.release(slot);
    } catch {
      this.family.context.onDrop('invalid_labels', this.name);
    }
  }

  with(labels: RawLabels): BoundGauge {
    try {
      return new GaugeHandle(this.family, this.family.series.copyOf(labels));
    } catch {
      const drop = () => this.family.context.onDrop('invalid_labels', this.name);
      drop();
      return { set: drop, inc: drop, dec: drop, remove: () => {} };
    }
  }

  private write(labels: RawLabels, value: number, relative: boolean): void {
    try {
      const slot = this.family.series.slotOf(labels);
      if (relative) this.family.add(slot, value);
      else this.family.write(slot, value);
    } catch {
      this.family.context.onDrop('invalid_labels', this.name);
    }
  }
}
