import type { SpanContext } from '@opentelemetry/api';

const hexadecimal = /^[\da-f]+$/;
const noTraceId = '0'.repeat(32);
const noSpanId = '0'.repeat(16);

/** Whether the ids are what W3C trace context allows; they go into lines and headers unescaped. */
export function isValidSpanContext({ traceId, spanId }: SpanContext): boolean {
  return isHex(traceId, 32) && isHex(spanId, 16) && traceId !== noTraceId && spanId !== noSpanId;
}

function isHex(id: unknown, length: number): boolean {
  return typeof id === 'string' && id.length === length && hexadecimal.test(id);
}
