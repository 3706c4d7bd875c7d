import type { FeatureName } from '../features/feature-names.ts';
import type { ValidationIssue } from '../scan-result.ts';
import type { StageName } from '../telemetry.ts';

/** What became of the items that went into a stage. */
export interface Tally {
  readonly out: number;
  readonly filtered: number;
  readonly failed: number;
}

/** Something worth measuring that a stage says of its result, as data: the runner does the measuring. */
export type Observation =
  | { readonly kind: 'value_passed'; readonly name: string }
  | { readonly kind: 'rule_broken'; readonly issue: ValidationIssue }
  | { readonly kind: 'feature_scored'; readonly name: FeatureName; readonly value: number; readonly ageMs: number };

/** One step of a scan. A stage knows nothing of spans, counters and logs; what it needs is handed to its maker. */
export interface Stage<In, Out> {
  readonly name: StageName;
  /** False for a stage that must not be left half way when the deadline passes. */
  readonly stopsAtDeadline: boolean;
  run(input: In, signal: AbortSignal): Promise<Out>;
  /** How many items go in: sources, readings, checks … */
  size(input: In): number;
  tally(output: Out): Tally;
  observations(output: Out): readonly Observation[];
}

/** Runs one stage. The runner that measures and a bare one are alike to a pipeline. */
export type StageRunner = <In, Out>(stage: Stage<In, Out>, input: In, signal: AbortSignal) => Promise<Out>;

/** Stages in a row, each taking what the one before gives. */
export interface Pipeline<In, Out> {
  readonly names: readonly StageName[];
  run(input: In, around: StageRunner, signal: AbortSignal): Promise<Out>;
  followedBy<Next>(stage: Stage<Out, Next>): Pipeline<In, Next>;
}

function pipelineOf<In, Out>(names: readonly StageName[], run: Pipeline<In, Out>['run']): Pipeline<In, Out> {
  return {
    names,
    run,
    followedBy: (stage) =>
      pipelineOf([...names, stage.name], async (input, around, signal) =>
        around(stage, await run(input, around, signal), signal),
      ),
  };
}

export function startWith<In, Out>(stage: Stage<In, Out>): Pipeline<In, Out> {
  return pipelineOf([stage.name], (input, around, signal) => around(stage, input, signal));
}
