import { ageMs, freshnessDeadlineMs } from './freshness-deadlines.ts';
import type { ReadingRule } from './rule.ts';

function hours(ms: number): string {
  return `${(ms / 3_600_000).toFixed(1)} h`;
}

/** Refuses what is older than its deadline, and warns of a time stamp more than five minutes ahead of our clock. */
export const freshnessRule: ReadingRule = {
  rule: 'freshness',
  check: (name, reading, nowMs) => {
    const observedAtMs = reading.from.observedAtMs;
    const age = ageMs(observedAtMs, nowMs);
    const deadline = freshnessDeadlineMs(name);
    if (!(age <= deadline)) {
      return { severity: 'error', message: `expected to be at most ${hours(deadline)} old, is ${hours(age)} old` };
    }
    return observedAtMs - nowMs > 300_000
      ? { severity: 'warning', message: `its time stamp is ${hours(observedAtMs - nowMs)} in the future` }
      : null;
  },
};
