import type { Generated } from 'kysely';
import type { ScanState } from './scan-store.ts';

/** Times are epoch milliseconds. */
export interface ScansTable {
  /** In order of arrival: settles which of two scans of the same millisecond is older. */
  readonly seq: Generated<number>;
  readonly id: string;
  readonly symbol: string;
  /** JSON of the token. */
  readonly token: string;
  readonly state: ScanState;
  readonly requested_at_ms: number;
  readonly traceparent: string | null;
  readonly attempt: number;
  readonly worker: string | null;
  readonly lease_until_ms: number | null;
  readonly finished_at_ms: number | null;
  readonly verdict: string | null;
  readonly gem_score: number | null;
  readonly confidence: number | null;
  /** JSON of the whole result. */
  readonly result: string | null;
}

export interface FeaturesTable {
  readonly scan_id: string;
  readonly symbol: string;
  readonly name: string;
  readonly value: number;
  readonly observed_at_ms: number;
}

export interface Tables {
  readonly scans: ScansTable;
  readonly features: FeaturesTable;
}
