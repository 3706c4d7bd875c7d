/** An operation as its observer knows it. */
export interface ObservedOperation {
  readonly traceId: string;
  readonly spanId: string;
  /** The span active when it began, in this process; undefined for the first operation of a trace here. */
  readonly parentSpanId: string | undefined;
}

/**
 * Told when operations begin and end, in order: `started` before the operation runs, `ended` before its result is handed
 * back; neither is called inside the operation's span. What it throws is swallowed. Operations of traces that are not
 * sampled are told about as well, spans that other instrumentation makes are not, and nothing is while tracing is off.
 */
export interface OperationObserver {
  started(operation: ObservedOperation): void;
  /** `failed`: it threw, rejected, or called `span.fail`. */
  ended(operation: ObservedOperation, failed: boolean): void;
}
