import type { SpanContext } from '@opentelemetry/api';

const traceIdPattern = /^[\da-f]{32}$/;
const spanIdPattern = /^[\da-f]{16}$/;
const noTraceId = '0'.repeat(32);
const noSpanId = '0'.repeat(16);

/** Whether the ids are what W3C trace context allows; they go into lines and headers unescaped. */
export function isValidSpanContext({ traceId, spanId }: SpanContext): boolean {
  return traceIdPattern.test(traceId) && spanIdPattern.test(spanId) && traceId !== noTraceId && spanId !== noSpanId;
}
