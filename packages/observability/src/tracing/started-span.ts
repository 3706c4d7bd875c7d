import type { Context, Span, SpanKind, SpanOptions, SpanStatusCode } from '@opentelemetry/api';
import { activeContexts, activeTracer } from './active-ids.ts';
import { apiModule } from './api-module.ts';
import { cleanSpanText, reportSpanRedactions, type SpanAttributes } from './attributes.ts';
import { addEventTo, failOn, setAttributesOn, toAttributes } from './operation-span.ts';
import { suppressionKey } from './registered-api.ts';
import { errorTypeKey } from './semantic-names.ts';
import { isValidSpanContext } from './span-context.ts';
import { insideSpan } from './span-scope.ts';

/** What carries the active span and the baggage from caller to callee. */
export type CarriedContext = Context;

/** Who does the work, from the span's point of view. */
export type StartedSpanKind = 'client' | 'producer' | 'consumer';

// The numbers of SpanKind, which is an enum and would have to be loaded.
const kinds = { client: 2, producer: 3, consumer: 4 } as const satisfies Record<StartedSpanKind, SpanKind>;
const errorStatus: SpanStatusCode.ERROR = 2;

/** How a span begins. */
export interface StartOptions {
  readonly kind: StartedSpanKind;
  /** Added at the start, where a sampler sees them. */
  readonly attributes?: SpanAttributes;
  /** Where it belongs. */
  readonly parent: Context;
}

/**
 * Starts a span that ends when `end` is called: for work that its library tells of by events, instead of letting a
 * function around it. Undefined while nobody makes spans. Never throws.
 */
export function startSpan(name: string, { kind, attributes, parent }: StartOptions): StartedSpan | undefined {
  try {
    const tracer = activeTracer();
    if (tracer === undefined) return undefined;
    const options: SpanOptions = { kind: kinds[kind] };
    if (attributes !== undefined) options.attributes = toAttributes(attributes);
    const span = tracer.startSpan(name, options, parent);
    // Without an SDK the API gives out a span without an id, or the parent itself.
    if (!span.isRecording() && !isValidSpanContext(span.spanContext())) return undefined;
    return new StartedSpan(span, insideSpan(parent, span));
  } catch {
    return undefined;
  }
}

/** The context that is active here; undefined while nobody carries any. */
export function activeContext(): Context | undefined {
  try {
    return activeContexts()?.active();
  } catch {
    return undefined;
  }
}

/** The context of what belongs to nobody's trace. */
export function rootContext(): Context {
  return apiModule().ROOT_CONTEXT;
}

/** Runs `work`, and whatever it starts, in a context. */
export function runIn<T>(context: Context, work: () => T): T {
  const contexts = activeContexts();
  return contexts === undefined ? work() : contexts.with(context, work);
}

/** Whether what happens here is to leave no telemetry: the requests of exporters are such. */
export function isSuppressed(context: Context | undefined): boolean {
  return context?.getValue(suppressionKey) === true;
}

/** A span that was started and not ended. Calls after its end do nothing. */
export class StartedSpan {
  /** In which the work, or what follows from it, belongs. */
  readonly context: Context;
  private readonly span: Span;
  private failed = false;
  private ended = false;

  constructor(span: Span, context: Context) {
    this.span = span;
    this.context = context;
  }

  setAttributes(attributes: SpanAttributes): void {
    if (!this.ended) setAttributesOn(this.span, attributes);
  }

  addEvent(name: string, attributes?: SpanAttributes): void {
    if (!this.ended) addEventTo(this.span, name, attributes);
  }

  /** A better name, of low cardinality, found after the start. */
  rename(name: string): void {
    try {
      if (!this.ended) this.span.updateName(name);
    } catch {
      // The name stays what it was.
    }
  }

  /** Marks the span as failed by an error; the first failure told holds. */
  fail(error: unknown): void {
    if (this.ended || this.failed) return;
    this.failed = true;
    failOn(this.span, error);
  }

  /** Marks the span as failed where there is no error to show; the first failure told holds. */
  failAs(errorType: string, message?: string): void {
    if (this.ended || this.failed) return;
    this.failed = true;
    try {
      this.span.setAttribute(errorTypeKey, errorType);
      this.span.setStatus(
        message === undefined ? { code: errorStatus } : { code: errorStatus, message: cleanSpanText(message) },
      );
      reportSpanRedactions();
    } catch {
      // A span of the host's; the work is not affected.
    }
  }

  end(): void {
    if (this.ended) return;
    this.ended = true;
    try {
      this.span.end();
    } catch {
      // A processor of the host's failed; the work did not.
    }
  }
}
