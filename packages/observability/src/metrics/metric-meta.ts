import type { MetricType } from './declaring/declarations.ts';
import type { LabelSpecs } from './label-specs.ts';

/** A declaration after its checks, with every default filled in. */
export interface MetricMeta {
  readonly type: MetricType;
  readonly name: string;
  /** The family's name in OpenMetrics: a counter's without `_total`. */
  readonly baseName: string;
  readonly help: string;
  readonly labels: LabelSpecs;
  readonly unit: string | undefined;
  readonly expireAfterMs: number | undefined;
}
