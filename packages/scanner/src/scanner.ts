import type { Logger } from '@autotrader/observability';
import type { Token } from '@autotrader/sources';
import { collectStage, type ScanSources } from './pipeline/collect.ts';
import { type Deadline, startDeadline } from './pipeline/deadline.ts';
import { narrateStage } from './pipeline/narrate.ts';
import { safetyStage } from './pipeline/safety.ts';
import { observeScan, type ScanOutcome } from './pipeline/scan-observation.ts';
import type { Finished, ScanJob } from './pipeline/scan-states.ts';
import { scoreStage } from './pipeline/score.ts';
import { type Pipeline, type StageRunner, startWith } from './pipeline/stage.ts';
import { createStageRunner } from './pipeline/stage-runner.ts';
import { storeStage } from './pipeline/store.ts';
import { validateStage } from './pipeline/validate.ts';
import { type ScanError, toScanError } from './scan-error.ts';
import type { FailedScan, ScanResult } from './scan-result.ts';
import type { ScanStore } from './store/scan-store.ts';

export type { ScanSources } from './pipeline/collect.ts';

export interface ScannerOptions {
  readonly sources: ScanSources;
  /** Absent: results are returned and not kept, and no earlier value can stand in for a missing one. */
  readonly store?: ScanStore;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly createId: () => string;
  /** For the whole scan. Nine tenths of it, and all but half a second at least, are the sources'. */
  readonly deadlineMs: number;
}

export interface ScanRequest {
  /** @default a new id from `createId` */
  readonly id?: string;
  /** Aborting gives the scan up: `scan` rejects with code `SCAN_ABORTED` and nothing is stored. */
  readonly signal?: AbortSignal;
  /** Trace of whoever asked, as in the W3C header. */
  readonly traceparent?: string;
  /**
   * The moment that ages of readings are counted from, for replies recorded in the past. Epoch milliseconds.
   * @default the scanner's `now` after collecting
   */
  readonly asOfMs?: number;
}

export interface Scanner {
  /**
   * Scans one token. Whatever the sources do, it resolves: with a score, or with a failure that names its cause.
   * A scan that could not be stored is a failure (`SCAN_NOT_STORED`).
   * @throws ScanError with code `SCAN_ABORTED` when `signal` was aborted
   */
  scan(token: Token, request?: ScanRequest): Promise<ScanResult>;
}

function failedScan(job: ScanJob, error: ScanError, finishedAtMs: number): FailedScan {
  const { id, token, startedAtMs, traceId } = job;
  return {
    id,
    token,
    status: error.kind === 'timeout' ? 'timeout' : 'failure',
    startedAtMs,
    finishedAtMs,
    traceId,
    calls: error.facts.calls ?? [],
    error: { code: error.code, type: error.kind, message: error.message },
    missing: error.facts.missing ?? [],
  };
}

/** The stages of a scan, in order. */
function scanPipeline(options: ScannerOptions): Pipeline<ScanJob, Finished> {
  return startWith(collectStage(options))
    .followedBy(validateStage(options.now))
    .followedBy(safetyStage())
    .followedBy(narrateStage())
    .followedBy(scoreStage(options.now))
    .followedBy(storeStage(options.store));
}

interface RunningScan {
  readonly job: ScanJob;
  readonly runner: StageRunner;
  readonly deadline: Deadline;
}

/** A failure is a result too, and kept as one; only if that fails as well does the store's error take its place. */
async function keepFailure(options: ScannerOptions, running: RunningScan, thrown: unknown): Promise<ScanOutcome> {
  const { job, runner, deadline } = running;
  const error = toScanError(job.token.symbol, thrown);
  if (error.kind === 'aborted') throw error;
  const result = failedScan(job, error, options.now());
  if (error.kind === 'not_stored') return { result, error };
  try {
    await runner(storeStage(options.store), { result, observed: [] }, deadline.signal);
    return { result, error };
  } catch (second) {
    const storeError = toScanError(job.token.symbol, second);
    return { result: failedScan(job, storeError, options.now()), error: storeError };
  }
}

function asOf({ asOfMs }: ScanRequest): Pick<ScanJob, 'asOfMs'> {
  return asOfMs === undefined ? {} : { asOfMs };
}

/** Makes a scanner. It keeps nothing between scans but what the store keeps, so that any number may run at once. */
export function createScanner(options: ScannerOptions): Scanner {
  const pipeline = scanPipeline(options);

  async function run(token: Token, request: ScanRequest, context: { id: string; traceId: string | null; log: Logger }) {
    const startedAtMs = options.now();
    const { id, traceId, log } = context;
    const job: ScanJob = {
      id,
      token,
      startedAtMs,
      deadlineAtMs: startedAtMs + options.deadlineMs,
      traceId,
      ...asOf(request),
    };
    const deadline = startDeadline(token.symbol, options.deadlineMs, request.signal);
    const runner = createStageRunner(log);
    try {
      const { result } = await pipeline.run(job, runner, deadline.signal);
      return { result };
    } catch (thrown) {
      return await keepFailure(options, { job, runner, deadline }, thrown);
    } finally {
      deadline.end();
    }
  }

  return {
    scan: (token, request = {}) => {
      const id = request.id ?? options.createId();
      return observeScan({ id, token, traceparent: request.traceparent }, (context) =>
        run(token, request, { id, ...context }),
      );
    },
  };
}
