import type { Job, Telemetry, Worker } from 'bullmq';
import type { LogFields } from '../logs/log-record.ts';
import { getLogger } from '../logs/logger.ts';
import { createTelemetry, failActiveAttempt } from './bullmq-telemetry.ts';
import { activeJobs, jobDuration, jobRuns } from './job-metrics.ts';

const log = getLogger('observability.jobs');

/**
 * The `telemetry` option of a BullMQ 5 or 6 `Queue`, `Worker` or `FlowProducer`: a producer span for each call that adds
 * jobs, and a consumer span for each attempt to process one, in the trace of whoever added it. Processors run inside the
 * span, so their log lines carry its ids. The trace travels with the job, in its `opts.telemetry.metadata`; what a job holds
 * and returns is not told. BullMQ's own housekeeping makes no spans. Nothing is added while tracing is off.
 * In a flow BullMQ carries the trace only to nodes that are given `opts`.
 */
export function bullmqTelemetry(): Telemetry {
  return createTelemetry();
}

/** A worker of BullMQ 5 or 6, as far as this integration needs it. */
export type ObservableWorker = Pick<Worker, 'name' | 'on'>;

/**
 * Counts and times the jobs of a worker, and writes one line for each attempt: `job_completed`, or `job_failed` with the
 * error and whether BullMQ `will_retry` (then a warning). An attempt that a worker closed by force had not finished is
 * `job_abandoned` and counted neither way. A second call adds nothing.
 *
 * Metrics: `job_runs_total{job,status}`, `job_duration_seconds{job}`, `active_jobs{job}`, where `job` is the queue's name:
 * those of jobs are often made at run time, and stand on the lines instead.
 *
 * @returns the worker
 */
export function observeWorker<W extends ObservableWorker>(worker: W): W {
  if (observed.has(worker)) return worker;
  observed.add(worker);
  const queue = worker.name;
  const running = new Map<string, Attempt>();
  worker.on('active', (job) => begin(running, queue, job));
  worker.on('completed', (job) => {
    const fields = end(running, { queue, job, status: 'success' });
    log.info('job_completed', fields);
  });
  worker.on('failed', (job, error) => {
    const fields = end(running, { queue, job, status: 'failure' });
    failActiveAttempt(error);
    const willRetry = job !== undefined && job.finishedOn === undefined;
    const told = { ...fields, will_retry: willRetry, error };
    if (willRetry) log.warning('job_failed', told);
    else log.error('job_failed', told);
  });
  worker.on('closed', () => {
    for (const [id, attempt] of running) {
      activeJobs.dec({ job: queue });
      log.warning('job_abandoned', { ...attempt.fields, job_id: id, duration_ms: sinceMs(attempt) });
    }
    running.clear();
  });
  return worker;
}

const observed = new WeakSet<object>();

interface Attempt {
  readonly startedMs: number;
  readonly fields: LogFields;
}

function begin(running: Map<string, Attempt>, queue: string, job: Job): void {
  const id = String(job.id);
  // Of a job that was taken away and came back the first attempt is nobody's any more.
  if (!running.has(id)) activeJobs.inc({ job: queue });
  running.set(id, { startedMs: performance.now(), fields: describe(queue, job) });
}

interface Ending {
  readonly queue: string;
  /** Undefined when it stalled too often and is gone. */
  readonly job: Job | undefined;
  readonly status: 'success' | 'failure';
}

function end(running: Map<string, Attempt>, { queue, job, status }: Ending): LogFields {
  jobRuns.inc({ job: queue, status });
  if (job === undefined) return { queue };
  const id = String(job.id);
  const attempt = running.get(id);
  const fields = { ...describe(queue, job), job_id: id };
  // One that stalled elsewhere did not run here.
  if (attempt === undefined) return fields;
  running.delete(id);
  activeJobs.dec({ job: queue });
  const durationMs = sinceMs(attempt);
  jobDuration.observe({ job: queue }, durationMs / 1_000);
  return { ...fields, duration_ms: durationMs };
}

function describe(queue: string, job: Job): LogFields {
  // Counted at the start since 5.0; those made by an older version count what is over.
  return { queue, job: job.name, attempt: job.attemptsStarted ?? job.attemptsMade };
}

function sinceMs({ startedMs }: Attempt): number {
  return Math.round((performance.now() - startedMs) * 1e3) / 1e3;
}
