/** What became of one batch. */
export type ExportOutcome =
  /** `rejected` records were taken but not kept; sending them again would not help. */
  | { readonly kind: 'sent'; readonly rejected?: number; readonly reason?: string }
  /** May succeed later: no connection, overload, timeout. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number }
  /** Will never succeed: the backend understood and refused. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Sends one batch; never rejects and settles soon after `signal` is aborted. */
export type SendBatch<T> = (batch: readonly T[], signal: AbortSignal) => Promise<ExportOutcome>;
