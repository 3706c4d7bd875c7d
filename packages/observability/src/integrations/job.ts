import { isPromise } from 'node:util/types';
import type { LogFields } from '../logs/log-record.ts';
import { getLogger } from '../logs/logger.ts';
import type { SpanAttributes } from '../tracing/attributes.ts';
import { traceOperation } from '../tracing/operation.ts';
import type { OperationSpan } from '../tracing/operation-span.ts';
import type { TraceHeaders } from '../tracing/propagation/trace-headers.ts';
import { activeJobs, jobDuration, jobRuns } from './job-metrics.ts';

const log = getLogger('observability.jobs');

/** What else is known of a run. */
export interface JobOptions {
  /** On the span and on the line, e.g. `{ 'messaging.message.id': id }`. */
  readonly attributes?: SpanAttributes;
  /**
   * Where the job comes from: a `traceparent`, or what `injectTraceHeaders({})` gave to whoever queued it. The run then
   * continues that trace.
   */
  readonly parent?: string | TraceHeaders | undefined;
}

/**
 * Runs a job — of a queue, a timetable, a command — inside a span, counts and times it, and writes one line when it ends:
 * `job_completed`, or `job_failed` with the error. What it returns or throws comes through unchanged.
 *
 * Metrics: `job_runs_total{job,status}`, `job_duration_seconds{job}`, `active_jobs{job}`.
 *
 * @param name of the kind of job, of low cardinality: no ids, no user input
 */
export function observeJob<T>(name: string, work: (span: OperationSpan) => T): T;
export function observeJob<T>(name: string, options: JobOptions, work: (span: OperationSpan) => T): T;
export function observeJob<T>(
  name: string,
  first: JobOptions | ((span: OperationSpan) => T),
  second?: (span: OperationSpan) => T,
): T {
  const work = typeof first === 'function' ? first : (second as (span: OperationSpan) => T);
  return run(name, typeof first === 'function' ? {} : first, work);
}

/** A function of which every call is observed as by `observeJob`; `this`, arguments and result are its own. */
export function wrapJob<This, A extends unknown[], R>(
  name: string,
  work: (this: This, ...values: A) => R,
): (this: This, ...values: A) => R {
  return function observed(this: This, ...values: A): R {
    return run(name, {}, () => Reflect.apply(work, this, values));
  };
}

function run<T>(job: string, { attributes = {}, parent }: JobOptions, work: (span: OperationSpan) => T): T {
  const kind = parent === undefined ? 'internal' : 'consumer';
  return traceOperation(`job ${job}`, { kind, parent, attributes: { ...attributes, 'job.name': job } }, (span) => {
    const end = begin(job, attributes);
    try {
      const result = work(span);
      if (!isPromise(result)) {
        end(undefined);
        return result;
      }
      return result.then(
        (value) => {
          end(undefined);
          return value;
        },
        (error: unknown) => {
          end({ error });
          throw error;
        },
      ) as T;
    } catch (error) {
      end({ error });
      throw error;
    }
  });
}

function begin(job: string, attributes: SpanAttributes): (failure: { readonly error: unknown } | undefined) => void {
  const startedMs = performance.now();
  activeJobs.inc({ job });
  return (failure) => {
    const seconds = (performance.now() - startedMs) / 1_000;
    activeJobs.dec({ job });
    jobRuns.inc({ job, status: failure === undefined ? 'success' : 'failure' });
    jobDuration.observe({ job }, seconds);
    const fields: LogFields = { ...attributes, job, duration_ms: Math.round(seconds * 1e6) / 1_000 };
    if (failure === undefined) log.info('job_completed', fields);
    else log.error('job_failed', { ...fields, error: failure.error });
  };
}
