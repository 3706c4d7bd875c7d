import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import { describeError, typeName } from '../logs/error-description.ts';
import {
  cleanAttributes,
  cleanSpanText,
  readAttributes,
  reportSpanRedactions,
  type SpanAttributes,
} from './attributes.ts';
import { toTraceparent } from './traceparent.ts';
import { tracingState } from './tracing-state.ts';

/** The span of a running operation. Calls after its end, or while tracing is off, do nothing. */
export interface OperationSpan {
  /** 32 hex digits; undefined while tracing is off. */
  readonly traceId: string | undefined;
  /** 16 hex digits; undefined while tracing is off. */
  readonly spanId: string | undefined;
  /** What to send along so that another process continues this trace; undefined while tracing is off. */
  readonly traceparent: string | undefined;
  setAttributes(attributes: SpanAttributes): void;
  addEvent(name: string, attributes?: SpanAttributes): void;
  /** Adds the error as an event without ending or failing the span. */
  recordException(error: unknown): void;
  /** Marks the span as failed: status ERROR and `error.type`. Errors thrown by the operation do this by themselves. */
  fail(error: unknown): void;
}

/** Stands in for a span while tracing is off. */
export const noSpan: OperationSpan = {
  traceId: undefined,
  spanId: undefined,
  traceparent: undefined,
  setAttributes() {},
  addEvent() {},
  recordException() {},
  fail() {},
};

/** Wraps an OpenTelemetry span. */
export function toOperationSpan(span: Span): OperationSpan {
  const context = span.spanContext();
  const traceparent = toTraceparent(context);
  return {
    traceId: traceparent === undefined ? undefined : context.traceId,
    spanId: traceparent === undefined ? undefined : context.spanId,
    traceparent,
    setAttributes: (attributes) => void span.setAttributes(toAttributes(attributes)),
    addEvent: (name, attributes) => void span.addEvent(name, toAttributes(attributes ?? {})),
    recordException: (error) => recordOn(span, error),
    fail: (error) => failOn(span, error),
  };
}

/** Our own SDK cleans spans when they end; a host's does not, so there they are cleaned on the way in. */
export function toAttributes(attributes: SpanAttributes): Attributes {
  if (tracingState.mode === 'own') return readAttributes(attributes) as Attributes;
  const cleaned = cleanAttributes(attributes);
  reportSpanRedactions();
  return cleaned;
}

/** Adds an `exception` event as OpenTelemetry's conventions name it. */
export function recordOn(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  const { message, stack } = describeError(error);
  span.addEvent('exception', {
    'exception.type': typeName(error),
    'exception.message': cleanSpanText(message),
    ...(stack === undefined ? {} : { 'exception.stacktrace': cleanSpanText(stack) }),
  });
}

/** Records the error and sets status ERROR with `error.type`: its stable `code` when it has one, else its class. */
export function failOn(span: Span, error: unknown): void {
  if (!span.isRecording()) return;
  recordOn(span, error);
  const { code, message } = describeError(error);
  span.setAttribute('error.type', typeof code === 'string' ? code : typeName(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message: cleanSpanText(message) });
}
