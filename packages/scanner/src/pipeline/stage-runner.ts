import { type Logger, traceOperation } from '@autotrader/observability';
import {
  recordFeatureFreshness,
  recordFeatureValue,
  recordScanItems,
  recordStageDuration,
  recordValidationFailure,
  recordValidationSuccess,
  recordValidationWarning,
} from '../telemetry.ts';
import { untilAborted } from './deadline.ts';
import type { Observation, Stage, StageRunner } from './stage.ts';

function record(observation: Observation): void {
  switch (observation.kind) {
    case 'value_passed':
      recordValidationSuccess(observation.name);
      return;
    case 'rule_broken': {
      const { name, rule, severity } = observation.issue;
      recordValidationFailure(name, rule, severity);
      if (severity === 'warning') recordValidationWarning(name, rule);
      return;
    }
    case 'feature_scored':
      recordFeatureValue(observation.name, observation.value);
      recordFeatureFreshness(observation.name, observation.ageMs / 1_000);
  }
}

function recordOutput<In, Out>(stage: Stage<In, Out>, output: Out): void {
  const { out, filtered, failed } = stage.tally(output);
  recordScanItems(stage.name, 'out', out);
  recordScanItems(stage.name, 'filtered', filtered);
  recordScanItems(stage.name, 'failed', failed);
  for (const observation of stage.observations(output)) record(observation);
}

/** Runs a stage in its span and measures it: time, balance of items, what the stage observed, one debug line. */
export function createStageRunner(log: Logger): StageRunner {
  return async (stage, input, signal) => {
    const { name } = stage;
    const size = stage.size(input);
    const startedAt = performance.now();
    recordScanItems(name, 'in', size);
    try {
      const output = await traceOperation(`scanner.${name}`, {}, () => {
        const running = stage.run(input, signal);
        return stage.stopsAtDeadline ? untilAborted(running, signal) : running;
      });
      recordOutput(stage, output);
      log.debug('scan_stage_completed', {
        stage: name,
        items: size,
        duration_ms: Math.round(performance.now() - startedAt),
      });
      return output;
    } catch (error) {
      recordScanItems(name, 'failed', size);
      log.debug('scan_stage_failed', { stage: name, items: size, error_message: String(error) });
      throw error;
    } finally {
      recordStageDuration(name, (performance.now() - startedAt) / 1_000);
    }
  };
}
