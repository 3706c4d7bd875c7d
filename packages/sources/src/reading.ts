import type { SourceErrorKind } from './source-error.ts';

/** How a value came to us. `stale_cache` means the source could not be asked and an older answer was kept. */
export type Obtained = 'network' | 'cache' | 'stale_cache';

/** Where a value came from. Every number that leaves this package carries one. */
export interface Provenance {
  readonly source: string;
  readonly endpoint: string;
  /** When the value was true at the source: its own time stamp where it gives one, otherwise when it answered. Epoch milliseconds. */
  readonly observedAtMs: number;
  readonly obtained: Obtained;
}

/**
 * Why there is no value. The first two are statements of the source about the token; all others mean that
 * we could not ask, which says nothing about the token.
 */
export type MissingReason =
  | 'no_record'
  | 'not_reported'
  | 'not_applicable'
  | 'breaker_open'
  | 'deadline'
  | 'not_asked'
  | Exclude<SourceErrorKind, 'not_found'>;

export type Reading<T> =
  | { readonly state: 'fresh'; readonly value: T; readonly from: Provenance }
  | { readonly state: 'stale'; readonly value: T; readonly ageMs: number; readonly from: Provenance }
  | {
      readonly state: 'missing';
      readonly reason: MissingReason;
      readonly source: string;
      readonly endpoint: string;
      readonly detail?: string;
    };

/** A safety check. A key the source left out is `unknown`, never `pass` and never `fail`. */
export type Check =
  | { readonly state: 'pass' | 'fail'; readonly from: Provenance; readonly evidence: string }
  | {
      readonly state: 'unknown';
      readonly reason: MissingReason;
      readonly source: string;
      readonly endpoint: string;
      readonly detail?: string;
    };

/** A decimal as the source wrote it. `raw` keeps digits that a double cannot (66 decimals and integers above 2^53 occur). */
export interface Quantity {
  readonly value: number;
  readonly raw: string;
}
