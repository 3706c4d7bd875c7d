import type { Token } from '@autotrader/sources';
import type { FeatureName } from '../features/feature-names.ts';
import type { ScanResult } from '../scan-result.ts';

export type ScanState = 'queued' | 'running' | 'success' | 'failure' | 'timeout';

/** A scan that was asked for. `traceparent` carries the asking request's trace to whoever runs it. */
export interface QueuedScan {
  readonly id: string;
  readonly token: Token;
  readonly requestedAtMs: number;
  readonly traceparent: string | null;
  /** How often a worker took it up, this time included. */
  readonly attempt: number;
}

export interface ScanRecord {
  readonly id: string;
  readonly token: Token;
  readonly state: ScanState;
  readonly requestedAtMs: number;
  readonly result: ScanResult | null;
}

export interface StoredFeature {
  readonly scanId: string;
  readonly symbol: string;
  readonly name: FeatureName;
  /** 0..1 */
  readonly value: number;
  readonly observedAtMs: number;
}

/**
 * Where scans wait and results are kept. Every write is one transaction: a process that is killed leaves
 * either the whole result or none of it, and a scan that was running is taken up again.
 */
export interface ScanStore {
  enqueue(
    scans: readonly { id: string; token: Token; requestedAtMs: number; traceparent: string | null }[],
  ): Promise<void>;
  /** Takes the oldest waiting scan, or one whose worker's lease has run out; `null` when there is nothing to do. */
  claim(worker: string, nowMs: number, leaseMs: number): Promise<QueuedScan | null>;
  /** Keeps a claimed scan from being taken by another worker while it runs. */
  renew(id: string, worker: string, nowMs: number, leaseMs: number): Promise<boolean>;
  /** Gives a claimed scan back unfinished. Only one that `failed` has used up an attempt: a scan survives any number of restarts. */
  release(id: string, worker: string, because: 'stopped' | 'failed'): Promise<void>;
  /** Idempotent: the first result of a scan stays. */
  complete(result: ScanResult): Promise<void>;
  get(id: string): Promise<ScanRecord | null>;
  /** Newest finished scan of each token, ordered by symbol. */
  latest(): Promise<readonly ScanRecord[]>;
  /** Newest first. */
  history(symbol: string, limit: number): Promise<readonly ScanRecord[]>;
  list(filter: { state?: ScanState; limit: number }): Promise<readonly ScanRecord[]>;
  /** Scans in each state; a state without any is 0. */
  depth(): Promise<Readonly<Record<ScanState, number>>>;
  writeFeature(feature: StoredFeature): Promise<void>;
  lastFeature(symbol: string, name: FeatureName): Promise<StoredFeature | null>;
  /** Number of stored values per category of feature. */
  featureCounts(): Promise<Readonly<Record<string, number>>>;
  /** Answers within a second or throws: what readiness asks. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
