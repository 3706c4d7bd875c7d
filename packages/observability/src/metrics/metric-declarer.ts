import type { CounterDeclaration, GaugeDeclaration, HistogramDeclaration } from './declarations.ts';
import type { Counter, Gauge, Histogram } from './instruments.ts';
import type { LabelSpecs, NoLabels } from './label-specs.ts';

/** Where metrics can be declared. The part of a registry that its own report depends on. */
export interface MetricDeclarer {
  /** @throws MetricError when the declaration breaks a rule or contradicts an earlier one; the same one again returns the same counter */
  counter<const L extends LabelSpecs = NoLabels>(declaration: CounterDeclaration<L>): Counter<NoInfer<L>>;
  /** @throws MetricError as `counter` */
  gauge<const L extends LabelSpecs = NoLabels>(declaration: GaugeDeclaration<L>): Gauge<NoInfer<L>>;
  /** @throws MetricError as `counter` */
  histogram<const L extends LabelSpecs = NoLabels>(declaration: HistogramDeclaration<L>): Histogram<NoInfer<L>>;
}
