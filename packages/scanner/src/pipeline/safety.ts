import { assessSafety } from '../safety/assess-safety.ts';
import type { Assessed, Validated } from './scan-states.ts';
import type { Stage } from './stage.ts';

/** Asks every safety rule. Items are checks: answered ones go out, unknown ones are filtered. */
export function safetyStage(): Stage<Validated, Assessed> {
  return {
    name: 'safety',
    stopsAtDeadline: true,
    run: async (validated) => ({
      ...validated,
      assessment: assessSafety({ ...validated, token: validated.job.token }),
    }),
    size: ({ checks }) => checks.length,
    tally: ({ checks }) => {
      const out = checks.filter(({ check }) => check.state !== 'unknown').length;
      return { out, filtered: checks.length - out, failed: 0 };
    },
    observations: () => [],
  };
}
