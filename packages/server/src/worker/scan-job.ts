import type { Logger } from '@autotrader/observability';
import type { FailedScan, QueuedScan, Scanner, ScanResult, ScanStore } from '@autotrader/scanner';
import { causeText } from '../errors.ts';

/** How a job ended: the scan's own status, or why there is none. */
export type JobEnd = ScanResult['status'] | 'released' | 'abandoned' | 'error';

export interface JobContext {
  readonly store: ScanStore;
  readonly scanner: Scanner;
  readonly now: () => number;
  readonly name: string;
  readonly leaseMs: number;
  readonly attempts: number;
  /** Aborted when the worker has to stop before the scan is through. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** Runs one claimed scan to its end: stored, handed back, or given up. Never rejects. */
export async function runJob(job: QueuedScan, context: JobContext): Promise<JobEnd> {
  const log = context.log.bind({ scan_id: job.id, token_symbol: job.token.symbol, attempt: job.attempt });
  try {
    if (job.attempt > context.attempts) return await abandon(job, context, log);
    return await scan(job, context, log);
  } catch (thrown) {
    log.exception('worker_job_failed', thrown);
    await release(job, context, { because: 'failed', log });
    return 'error';
  }
}

async function scan(job: QueuedScan, context: JobContext, log: Logger): Promise<JobEnd> {
  const lost = new AbortController();
  const stopRenewing = keepLease(job, context, { lost, log });
  try {
    const result = await context.scanner.scan(job.token, {
      id: job.id,
      signal: AbortSignal.any([context.signal, lost.signal]),
      ...(job.traceparent === null ? {} : { traceparent: job.traceparent }),
    });
    if (isNotStored(result)) {
      await release(job, context, { because: 'failed', log });
      return 'error';
    }
    return result.status;
  } catch (thrown) {
    // Whoever took the lease over owns the scan now; giving it back would take it from them.
    if (lost.signal.aborted) return 'released';
    if (!context.signal.aborted) throw thrown;
    await release(job, context, { because: 'stopped', log });
    log.info('worker_job_released');
    return 'released';
  } finally {
    stopRenewing();
  }
}

function isNotStored(result: ScanResult): boolean {
  return result.status !== 'success' && result.error.code === 'SCAN_NOT_STORED';
}

/** A third of the lease leaves room for two failed renewals. */
function keepLease(
  job: QueuedScan,
  context: JobContext,
  { lost, log }: { lost: AbortController; log: Logger },
): () => void {
  const timer = setInterval(() => {
    context.store.renew(job.id, context.name, context.now(), context.leaseMs).then(
      (kept) => {
        if (kept) return;
        log.warning('worker_lease_lost');
        lost.abort();
      },
      (thrown: unknown) => log.warning('worker_lease_not_renewed', { cause: causeText(thrown) }),
    );
  }, context.leaseMs / 3);
  timer.unref();
  return () => clearInterval(timer);
}

interface Handing {
  readonly because: 'stopped' | 'failed';
  readonly log: Logger;
}

async function release(job: QueuedScan, { store, name }: JobContext, { because, log }: Handing): Promise<void> {
  await store.release(job.id, name, because).catch((thrown: unknown) => {
    // The lease runs out by itself, so the scan is late and not lost.
    log.warning('worker_release_failed', { cause: causeText(thrown) });
  });
}

/** A scan that ends its worker every time would otherwise do so for ever. */
async function abandon(job: QueuedScan, { store, now, attempts }: JobContext, log: Logger): Promise<JobEnd> {
  const message = `taken up ${attempts} times without coming to an end`;
  const result: FailedScan = {
    id: job.id,
    token: job.token,
    status: 'failure',
    startedAtMs: now(),
    finishedAtMs: now(),
    traceId: null,
    calls: [],
    missing: [],
    error: { code: 'SRV_SCAN_ABANDONED', type: 'abandoned', message },
  };
  await store.complete(result);
  log.error('worker_job_abandoned', { code: result.error.code });
  return 'abandoned';
}
