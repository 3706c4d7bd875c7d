/** The active sampled span, as an exemplar names it. */
export interface SpanReference {
  readonly traceId: string;
  readonly spanId: string;
}

/** Something the engine could not do as asked. Each is reported once per metric and label. */
export interface MetricWarning {
  readonly code:
    | 'series_overflow'
    | 'label_missing'
    | 'label_undeclared'
    | 'label_redacted'
    | 'value_invalid'
    | 'invalid_value'
    | 'invalid_labels'
    | 'declaration_conflict'
    | 'declaration_refused'
    | 'buckets_late'
    | 'native_late'
    | 'collector_failed'
    | 'attached_clash'
    | 'attached_invalid';
  /** The metric; the collector for `collector_failed`; the attached registry for `attached_…`. */
  readonly metric: string;
  readonly label?: string;
  /** The value that caused it, cut and free of control characters. */
  readonly example?: string;
  /** One sentence for a log line. */
  readonly message: string;
}

/** What a registry asks of its host. Each may be connected late and replaced; one that throws is ignored. */
export interface RegistryHooks {
  /** From here on a wrong declaration is a warning; before, while modules load, it throws. */
  readonly onWarning?: (warning: MetricWarning) => void;
  /** The active span if it is sampled, else null. Without this hook no exemplars are kept; null disconnects it. */
  readonly activeExemplar?: (() => SpanReference | null) | null;
  /** Epoch milliseconds, for exemplar timestamps. @default Date.now */
  readonly now?: () => number;
  /** Milliseconds of a clock that only runs forward, for the expiry of series. @default performance.now */
  readonly elapsedMs?: () => number;
}
