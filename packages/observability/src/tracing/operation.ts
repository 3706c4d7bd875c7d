import { context, type Link, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { SpanAttributes } from './attributes.ts';
import { failOn, noSpan, type OperationSpan, recordOn, toAttributes, toOperationSpan } from './operation-span.ts';
import { parseTraceparent, toTraceparent, withRemoteParent } from './traceparent.ts';
import { tracingState } from './tracing-state.ts';

/** How an operation is traced. */
export interface OperationOptions {
  readonly attributes?: SpanAttributes;
  /** Who does the work, from this span's point of view. @default 'internal' */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** A `traceparent` from another process; replaces the active span as parent. Malformed ones are ignored. */
  readonly parent?: string | undefined;
  /** `traceparent`s of spans that caused this one without being its parent, e.g. of a batch. */
  readonly links?: readonly string[];
}

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

/**
 * Runs `operation` inside a span that ends when it returns, or when its promise settles. What it throws is recorded on the
 * span (status ERROR, `error.type`) and thrown on. Log lines written inside carry the span's ids. While tracing is off the
 * operation simply runs.
 */
export function traceOperation<T>(name: string, options: OperationOptions, operation: (span: OperationSpan) => T): T {
  if (tracingState.mode === 'off') return operation(noSpan);
  const parent = options.parent === undefined ? context.active() : withRemoteParent(context.active(), options.parent);
  const span = tracingState.tracer.startSpan(
    name,
    {
      kind: kinds[options.kind ?? 'internal'],
      attributes: toAttributes(options.attributes ?? {}),
      ...(options.links === undefined ? {} : { links: toLinks(options.links) }),
    },
    parent,
  );
  return runInside(span, () => context.with(trace.setSpan(parent, span), operation, undefined, toOperationSpan(span)));
}

/**
 * Wraps a function so that every call is a span of that name.
 *
 * @param name the span's name, of low cardinality (no ids, no user input)
 */
export function traceFunction<A extends unknown[], R>(
  name: string,
  operation: (...args: A) => R,
  options: OperationOptions = {},
): (...args: A) => R {
  return (...args) => traceOperation(name, options, () => operation(...args));
}

/** Adds attributes to the active span, if there is one. */
export function addSpanAttributes(attributes: SpanAttributes): void {
  if (tracingState.mode !== 'off') trace.getActiveSpan()?.setAttributes(toAttributes(attributes));
}

/** Adds an event to the active span, if there is one. */
export function addSpanEvent(name: string, attributes: SpanAttributes = {}): void {
  if (tracingState.mode !== 'off') trace.getActiveSpan()?.addEvent(name, toAttributes(attributes));
}

/** Records an error on the active span without failing it. */
export function recordException(error: unknown): void {
  const span = tracingState.mode === 'off' ? undefined : trace.getActiveSpan();
  if (span !== undefined) recordOn(span, error);
}

/** The active trace's id (32 hex digits), undefined outside any span. */
export function getTraceId(): string | undefined {
  return getTraceparent()?.slice(3, 35);
}

/** The active span's id (16 hex digits), undefined outside any span. */
export function getSpanId(): string | undefined {
  return getTraceparent()?.slice(36, 52);
}

/** The active span as a W3C `traceparent`, e.g. to store beside a queued job; undefined outside any span. */
export function getTraceparent(): string | undefined {
  const active = tracingState.mode === 'off' ? undefined : trace.getActiveSpan();
  return active === undefined ? undefined : toTraceparent(active.spanContext());
}

/**
 * Adds `traceparent` (and `tracestate`, if any) to the headers of a request about to be sent, and returns them.
 * Leaves them alone outside any span and when `tracing.instrumentation.http_client` is off.
 */
export function injectTraceHeaders<H extends Record<string, string>>(headers: H): H & { traceparent?: string } {
  const traceparent = tracingState.propagates ? getTraceparent() : undefined;
  if (traceparent === undefined) return headers;
  const state = trace.getActiveSpan()?.spanContext().traceState?.serialize();
  return { ...headers, traceparent, ...(state === undefined || state === '' ? {} : { tracestate: state }) };
}

function toLinks(traceparents: readonly string[]): Link[] {
  return traceparents.flatMap((header) => {
    const linked = parseTraceparent(header);
    return linked === undefined ? [] : [{ context: linked }];
  });
}

function runInside<T>(span: Span, run: () => T): T {
  let result: T;
  try {
    result = run();
  } catch (error) {
    failOn(span, error);
    span.end();
    throw error;
  }
  if (!isThenable(result)) {
    span.end();
    return result;
  }
  return endAfter(span, result) as T;
}

async function endAfter(span: Span, running: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await running;
  } catch (error) {
    failOn(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** What cannot even be asked is handed back as it is. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
  } catch {
    return false;
  }
}
