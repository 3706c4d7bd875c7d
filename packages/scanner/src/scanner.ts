import type { SourceName, SourceReport, Token } from '@autotrader/sources';
import type { ScanResult } from './scan-result.ts';
import type { ScanStore } from './store/scan-store.ts';

/** What the scanner needs of the sources: their names and one call each that never rejects. */
export interface ScanSources {
  readonly names: readonly SourceName[];
  collect(
    source: SourceName,
    token: Token,
    context: { deadlineAtMs: number; signal?: AbortSignal },
  ): Promise<SourceReport>;
}

export interface ScannerOptions {
  readonly sources: ScanSources;
  /** Absent: results are returned and not kept, and no earlier value can stand in for a missing one. */
  readonly store?: ScanStore;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly createId: () => string;
  /** For the whole scan. Nine tenths of it, less at most half a second, go to the sources. */
  readonly deadlineMs: number;
}

export interface ScanRequest {
  /** @default a new id from `createId` */
  readonly id?: string;
  /** Aborting gives the scan up: `scan` rejects with code `SCAN_ABORTED` and nothing is stored. */
  readonly signal?: AbortSignal;
  /** Trace of whoever asked, as in the W3C header. */
  readonly traceparent?: string;
}

export interface Scanner {
  /**
   * Scans one token. Whatever the sources do, it resolves: with a score, or with a failure that names its cause.
   * A scan that could not be stored is a failure (`SCAN_NOT_STORED`).
   * @throws ScanError with code `SCAN_ABORTED` when `signal` was aborted
   */
  scan(token: Token, request?: ScanRequest): Promise<ScanResult>;
}
