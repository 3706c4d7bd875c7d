import { getLogger } from '@autotrader/observability';
import type { QueuedScan, Scanner, ScanStore } from '@autotrader/scanner';
import { workerJobDuration, workerJobs, workerQueueDepth } from '../telemetry.ts';
import { type JobEnd, runJob } from './scan-job.ts';
import { createWakeUp } from './wake-up.ts';

export interface WorkerOptions {
  readonly store: ScanStore;
  readonly scanner: Scanner;
  /** Epoch milliseconds of the machine: leases are about processes, not about the market. */
  readonly now: () => number;
  /** Unique among the workers of a store. */
  readonly name: string;
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly pollMs: number;
  /** A scan taken up more often than this without ending is given up. */
  readonly attempts: number;
}

export interface Worker {
  start(): void;
  /** There may be new scans: look now instead of at the next poll. */
  wake(): void;
  running(): number;
  /**
   * Takes nothing new, waits `graceMs` for what runs, then hands the rest back to the queue.
   * Idempotent; never rejects.
   */
  close(options: { readonly graceMs: number }): Promise<{ readonly finished: number; readonly released: number }>;
}

const queue = 'scans';

export function createWorker(options: WorkerOptions): Worker {
  const log = getLogger('autotrader.worker', { worker: options.name });
  const wakeUp = createWakeUp();
  const stop = new AbortController();
  const jobs = new Map<Promise<void>, AbortController>();
  const ended: Record<JobEnd, number> = { success: 0, failure: 0, timeout: 0, released: 0, abandoned: 0, error: 0 };
  const failing = new Set<string>();
  let loop: Promise<void> | null = null;
  let closing: Promise<{ finished: number; released: number }> | null = null;

  /** One line when an operation of the store begins to fail and one when it works again, not one per poll. */
  async function withStore<T>(operation: string, call: () => Promise<T>): Promise<T | null> {
    try {
      const value = await call();
      if (failing.delete(operation)) log.info('worker_store_recovered', { operation });
      return value;
    } catch (thrown) {
      if (!failing.has(operation)) log.exception('worker_store_failed', thrown, { operation });
      failing.add(operation);
      return null;
    }
  }

  async function observeDepth(): Promise<void> {
    const depth = await withStore('depth', () => options.store.depth());
    if (depth === null) return;
    workerQueueDepth.set({ queue, state: 'queued' }, depth.queued);
    workerQueueDepth.set({ queue, state: 'running' }, depth.running);
  }

  async function run(job: QueuedScan, signal: AbortSignal): Promise<void> {
    const startedAtMs = options.now();
    const end = await runJob(job, { ...options, signal, log });
    ended[end] += 1;
    workerJobs.inc({ queue, status: end });
    workerJobDuration.observe({ queue }, Math.max(0, options.now() - startedAtMs) / 1000);
    await observeDepth();
  }

  function take(job: QueuedScan): void {
    const abort = new AbortController();
    const done: Promise<void> = run(job, abort.signal).finally(() => jobs.delete(done));
    jobs.set(done, abort);
  }

  async function work(): Promise<void> {
    while (!stop.signal.aborted) {
      if (jobs.size >= options.concurrency) {
        await Promise.race(jobs.keys());
        continue;
      }
      const job = await withStore('claim', () => options.store.claim(options.name, options.now(), options.leaseMs));
      if (job === null) {
        await observeDepth();
        await wakeUp.wait(options.pollMs);
      } else if (stop.signal.aborted) {
        await withStore('release', () => options.store.release(job.id, options.name, 'stopped'));
      } else {
        take(job);
      }
    }
  }

  async function drain(graceMs: number): Promise<{ finished: number; released: number }> {
    const before = { ...ended };
    stop.abort();
    wakeUp.ring();
    await within(Promise.all([loop, ...jobs.keys()]), graceMs);
    for (const abort of jobs.values()) abort.abort();
    await Promise.all([loop, ...jobs.keys()]);
    const released = ended.released - before.released;
    const all = sum(ended) - sum(before);
    log.info('worker_stopped', { finished: all - released, released });
    return { finished: all - released, released };
  }

  return {
    start() {
      loop ??= work();
    },
    wake: () => wakeUp.ring(),
    running: () => jobs.size,
    close({ graceMs }) {
      closing ??= drain(graceMs);
      return closing;
    },
  };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Ends when the work does, or when the time is over; the work goes on. */
async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work.then(() => undefined), over]);
  clearTimeout(timer);
}
