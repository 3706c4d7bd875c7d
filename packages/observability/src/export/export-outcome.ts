/** What became of one batch. */
export type ExportOutcome =
  /** `rejected` records were taken but not kept; sending them again would not help. */
  | { readonly kind: 'sent'; readonly rejected?: number; readonly reason?: string }
  /** May succeed later: no connection, overload, timeout. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number }
  /** The request was too long; halves of it may be taken. */
  | { readonly kind: 'too_large'; readonly reason: string }
  /** Will never succeed: the backend understood and refused. */
  | { readonly kind: 'refused'; readonly reason: string };
