import type { CounterDeclaration, GaugeDeclaration, HistogramDeclaration } from './declaring/declarations.ts';
import type { Counter, Gauge, Histogram } from './instruments.ts';
import type { LabelSpecs, NoLabels } from './label-specs.ts';

/** Where metrics can be declared. The part of a registry that its own report depends on. */
export interface MetricDeclarer {
  /**
   * The same declaration again returns the same counter. One that contradicts the first never throws: it is warned of
   * once, naming both places, counted in `telemetry_dropped_total{reason="declaration_conflict"}`, and returns an
   * instrument that works: of the same name and type, it records into the first metric under the labels both know, so
   * that totals stay right; otherwise it counts its samples as dropped.
   * @throws MetricError when the declaration breaks a rule of names, labels or buckets, while nobody listens to
   * warnings yet (modules are loading); once the program has started it is warned of, and samples count as dropped
   */
  counter<const L extends LabelSpecs = NoLabels>(declaration: CounterDeclaration<L>): Counter<NoInfer<L>>;
  /** @throws MetricError as `counter` */
  gauge<const L extends LabelSpecs = NoLabels>(declaration: GaugeDeclaration<L>): Gauge<NoInfer<L>>;
  /** @throws MetricError as `counter` */
  histogram<const L extends LabelSpecs = NoLabels>(declaration: HistogramDeclaration<L>): Histogram<NoInfer<L>>;
}
