import { counter, gauge, histogram } from '@autotrader/observability';

/** Queues are few and named in code; the label is closed so that a typo cannot make a new series. */
const queue = ['scans'] as const;

export const workerJobs = counter({
  name: 'worker_jobs_total',
  help: 'Jobs that a worker ended, by how they ended.',
  labels: { queue, status: ['success', 'failure', 'timeout', 'released', 'abandoned', 'error'] },
});

export const workerJobDuration = histogram({
  name: 'worker_job_duration_seconds',
  help: 'Time from taking a job up to its end.',
  labels: { queue },
  buckets: [0.1, 0.5, 1, 2.5, 5, 10, 30, 60],
});

export const workerQueueDepth = gauge({
  name: 'worker_queue_depth',
  help: 'Jobs that wait and jobs that run.',
  labels: { queue, state: ['queued', 'running'] },
});
