/** What a sender is asked to make. */
export interface Emission {
  /** Index of the first item. @default 0 */
  readonly from?: number;
  readonly count: number;
  /** Without it all are made in one tick. */
  readonly perSecond?: number;
  /** Characters that do not compress, in each span. */
  readonly padding?: number;
  /** Every so many items fail. */
  readonly errorEvery?: number;
  /** Every so many items write a line. */
  readonly lineEvery?: number;
}

export type Command =
  | ({ readonly kind: 'emit' } & Emission)
  | { readonly kind: 'counts' }
  | { readonly kind: 'shutdown' }
  | { readonly kind: 'jump_clock'; readonly byMs: number };

export interface SenderCounts {
  /** `telemetry_dropped_total` by `signal reason`; what is 0 is left out. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly exportedSpans: number;
  readonly spooledBytes: number;
  /** After a garbage collection. */
  readonly heapBytes: number;
}

type SignalCounts = Readonly<Record<'logs' | 'metrics' | 'traces', number>>;

export interface SenderReport {
  readonly flushed: SignalCounts;
  readonly spooled: SignalCounts;
  readonly lost: SignalCounts;
}
