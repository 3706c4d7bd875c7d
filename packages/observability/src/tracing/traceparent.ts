import type { SpanContext } from '@opentelemetry/api';
import { isValidSpanContext } from './span-context.ts';

const pattern = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/**
 * Reads a W3C `traceparent` header. Anything malformed is no parent rather than an error, as the standard asks:
 * https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function parseTraceparent(header: unknown): SpanContext | undefined {
  if (typeof header !== 'string' || header.length > 512) return undefined;
  const [, version, traceId, spanId, flags, rest] = pattern.exec(header.trim()) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  // Version ff is forbidden; version 00 has nothing after the flags, later ones may.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  const context: SpanContext = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true };
  return isValidSpanContext(context) ? context : undefined;
}

/** The `traceparent` header that makes a callee's spans children of this span. */
export function toTraceparent(context: SpanContext): string | undefined {
  if (!isValidSpanContext(context)) return undefined;
  return `00-${context.traceId}-${context.spanId}-${(context.traceFlags & 1) === 1 ? '01' : '00'}`;
}
