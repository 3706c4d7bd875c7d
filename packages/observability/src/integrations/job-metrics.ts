import { counter, gauge, histogram } from '../metrics/default-registry.ts';

// Names come from the program; the budget catches those made at run time.
const job = { limit: 300 } as const;

export const jobRuns = counter({
  name: 'job_runs_total',
  help: 'Jobs that ended, by how they did.',
  labels: { job, status: ['success', 'failure'] },
});

export const jobDuration = histogram({
  name: 'job_duration_seconds',
  help: 'Time from the start of a job to its end.',
  labels: { job },
  buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600],
});

export const activeJobs = gauge({ name: 'active_jobs', help: 'Jobs that run now.', labels: { job } });
