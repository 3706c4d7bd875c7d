import type { Attributes, Context, Span, SpanContext, SpanStatusCode } from '@opentelemetry/api';
import { describeError, typeName } from '../logs/encoding/error-description.ts';
import { hasStackRoom } from '../logs/stack-room.ts';
import {
  cleanAttributes,
  cleanSpanText,
  reportSpanRedactions,
  type SpanAttributes,
  toPlainAttributes,
} from './attributes.ts';
import type { ObservedOperation } from './operation-observer.ts';
import { isValidSpanContext } from './span-context.ts';
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

/**
 * A span while its operation runs. A class, and ids read when asked for: 16 ns. An object with functions of its own
 * and a finished `traceparent` took 240 of every operation, and few use them.
 */
export class RunningOperation implements OperationSpan {
  /** In which the operation runs. */
  readonly context: Context;
  private readonly span: Span;
  private readonly parentSpanId: string | undefined;
  private failed = false;

  constructor(span: Span, context: Context, parentSpanId: string | undefined) {
    this.span = span;
    this.context = context;
    this.parentSpanId = parentSpanId;
  }

  get traceId(): string | undefined {
    return this.validContext()?.traceId;
  }

  get spanId(): string | undefined {
    return this.validContext()?.spanId;
  }

  get traceparent(): string | undefined {
    return toTraceparent(this.span.spanContext());
  }

  setAttributes(attributes: SpanAttributes): void {
    setAttributesOn(this.span, attributes);
  }

  addEvent(name: string, attributes?: SpanAttributes): void {
    addEventTo(this.span, name, attributes);
  }

  recordException(error: unknown): void {
    recordOn(this.span, error);
  }

  fail(error: unknown): void {
    this.failed = true;
    failOn(this.span, error);
  }

  begin(): void {
    const { observer } = tracingState;
    const operation = observer === undefined ? undefined : this.observed();
    if (operation !== undefined) swallow(() => observer?.started(operation));
  }

  end(): void {
    const { observer } = tracingState;
    const operation = observer === undefined ? undefined : this.observed();
    if (operation !== undefined) swallow(() => observer?.ended(operation, this.failed));
    try {
      this.span.end();
    } catch {
      // A processor of the host's failed; the operation did not.
    }
  }

  private observed(): ObservedOperation | undefined {
    const context = this.validContext();
    if (context === undefined) return undefined;
    return { traceId: context.traceId, spanId: context.spanId, parentSpanId: this.parentSpanId };
  }

  private validContext(): SpanContext | undefined {
    const context = this.span.spanContext();
    return isValidSpanContext(context) ? context : undefined;
  }
}

/** Sets attributes that may be hostile on a span that may be anybody's. */
export function setAttributesOn(span: Span, attributes: SpanAttributes): void {
  swallow(() => span.setAttributes(toAttributes(attributes)));
}

/** Adds an event whose attributes may be hostile to a span that may be anybody's. */
export function addEventTo(span: Span, name: string, attributes: SpanAttributes | undefined): void {
  swallow(() => span.addEvent(String(name), attributes === undefined ? {} : toAttributes(attributes)));
}

/** Our own SDK cleans spans when they end; a host's does not, so there they are cleaned on the way in. */
export function toAttributes(attributes: SpanAttributes): Attributes {
  if (tracingState.mode === 'own') return toPlainAttributes(attributes);
  const cleaned = cleanAttributes(attributes);
  reportSpanRedactions();
  return cleaned;
}

/** Adds an `exception` event as OpenTelemetry's conventions name it. */
export function recordOn(span: Span, error: unknown): void {
  swallow(() => {
    if (span.isRecording() && hasStackRoom()) addException(span, error);
  });
}

const errorStatus: SpanStatusCode.ERROR = 2;

/** Records the error and sets status ERROR with `error.type`: its stable `code` when it has one, else its class. */
export function failOn(span: Span, error: unknown): void {
  swallow(() => {
    if (!span.isRecording()) return;
    if (!hasStackRoom()) {
      // The operations further out, through which the error still has to go, have room to describe it.
      span.setAttribute('error.type', typeName(error));
      span.setStatus({ code: errorStatus });
      return;
    }
    addException(span, error);
    const { code, message } = describeError(error);
    span.setAttribute('error.type', typeof code === 'string' ? code : typeName(error));
    span.setStatus({ code: errorStatus, message: cleanSpanText(message) });
    reportSpanRedactions();
  });
}

function addException(span: Span, error: unknown): void {
  const { message, stack } = describeError(error);
  span.addEvent('exception', {
    'exception.type': typeName(error),
    'exception.message': cleanSpanText(message),
    ...(stack === undefined ? {} : { 'exception.stacktrace': cleanSpanText(stack) }),
  });
  reportSpanRedactions();
}

/** Nothing about a span is worth the host's work. */
function swallow(tell: () => unknown): void {
  try {
    tell();
  } catch {
    // Left out; the span itself goes on.
  }
}
