import type { SpanReference } from './registry-hooks.ts';
import type { LabelProblem } from './series/series-table.ts';

/** Why a sample, or a part of it, was not recorded; the `reason` of `telemetry_dropped_total{signal="metrics"}`. */
export type DropReason =
  | 'invalid_value'
  | 'invalid_labels'
  | 'label_missing'
  | 'label_undeclared'
  | 'declaration_conflict'
  | 'declaration_refused';

/** What a metric needs from its registry. One object per registry, shared by all its metrics. */
export interface FamilyContext {
  /** Null while no tracing is connected, so that recording pays nothing for it. */
  activeExemplar: (() => SpanReference | null) | null;
  now: () => number;
  readonly onDrop: (reason: DropReason, metric: string) => void;
  readonly onLabelProblem: (metric: string, problem: LabelProblem) => void;
}
