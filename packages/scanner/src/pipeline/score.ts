import { featureNames } from '../features/feature-names.ts';
import type { ScoredScan } from '../scan-result.ts';
import { scoreScan } from '../scoring/score-scan.ts';
import { ageMs } from '../validation/freshness-deadlines.ts';
import type { Finished, Narrated } from './scan-states.ts';
import type { Stage } from './stage.ts';

export interface Scored extends Finished {
  readonly result: ScoredScan;
}

function score(narrated: Narrated, finishedAtMs: number): Scored {
  const { job, reports, scoredAtMs, quantities, checks, issues, narrative, missing, lastGood } = narrated;
  const { token } = job;
  const listed = narrated.isNative === undefined ? {} : { isNative: narrated.isNative };
  const inputs = { token, scoredAtMs, quantities, checks, narrative, lastGood, ...listed };
  const { score: scored, observed } = scoreScan(inputs, narrated.assessment);
  const result: ScoredScan = {
    id: job.id,
    token,
    status: 'success',
    startedAtMs: job.startedAtMs,
    scoredAtMs,
    finishedAtMs,
    traceId: job.traceId,
    calls: reports.flatMap((report) => report.calls),
    quantities,
    checks,
    issues,
    narrative,
    missing,
    ...listed,
    ...scored,
  };
  return { result, observed };
}

/** From readings to verdict. Items are features: missing ones are filtered. */
export function scoreStage(now: () => number): Stage<Narrated, Scored> {
  return {
    name: 'score',
    stopsAtDeadline: true,
    run: async (narrated) => score(narrated, now()),
    size: () => featureNames.length,
    tally: ({ result }) => {
      const out = result.features.filter((feature) => feature.state === 'known').length;
      return { out, filtered: result.features.length - out, failed: 0 };
    },
    observations: ({ result, observed }) =>
      observed.flatMap(({ name, observedAtMs }) => {
        const feature = result.features.find((candidate) => candidate.name === name);
        if (feature?.state !== 'known') return [];
        const age = ageMs(observedAtMs, result.scoredAtMs);
        return [{ kind: 'feature_scored' as const, name, value: feature.value, ageMs: age }];
      }),
  };
}
