import { isSpanContextValid, trace } from '@opentelemetry/api';

/** The ids of a span as they appear on log lines and exemplars. */
export interface ActiveIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

/** The ids of the active span, whoever started it, or undefined outside any. */
export function activeIds(): ActiveIds | undefined {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return undefined;
  return { traceId: context.traceId, spanId: context.spanId, sampled: (context.traceFlags & 1) === 1 };
}
