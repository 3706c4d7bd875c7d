import { isPromise } from 'node:util/types';
import type { Context, Link, Span, SpanKind, SpanOptions } from '@opentelemetry/api';
import { activeContexts, activeSpan, activeTracer, spanIn } from './active-ids.ts';
import { apiModule } from './api-module.ts';
import type { SpanAttributes } from './attributes.ts';
import {
  addEventTo,
  noSpan,
  type OperationSpan,
  RunningOperation,
  recordOn,
  setAttributesOn,
  toAttributes,
} from './operation-span.ts';
import { withRemoteParent } from './propagation/remote-parent.ts';
import { type SentTraceHeaders, toTraceHeaders } from './propagation/sent-headers.ts';
import { isTraceHeader, type TraceHeaders } from './propagation/trace-headers.ts';
import { insideSpan } from './span-scope.ts';
import { parseTraceparent, toTraceparent } from './traceparent.ts';
import { tracingState } from './tracing-state.ts';

/** How an operation is traced. */
export interface OperationOptions {
  readonly attributes?: SpanAttributes;
  /** Who does the work, from this span's point of view. @default 'internal' */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /**
   * Where the work comes from: a `traceparent`, or the headers of a request or message, whose `tracestate` and `baggage`
   * are taken over as well. Replaces the active span as parent. Malformed ones are ignored.
   */
  readonly parent?: string | TraceHeaders | undefined;
  /** `traceparent`s of spans that caused this one without being its parent, e.g. of a batch. */
  readonly links?: readonly string[];
}

// The numbers of SpanKind, which is an enum and would have to be loaded.
const kinds = { internal: 0, server: 1, client: 2, producer: 3, consumer: 4 } as const satisfies Record<
  string,
  SpanKind
>;

/**
 * Runs `operation` inside a span that ends when it returns, or when its promise settles. What it throws is recorded on the
 * span (status ERROR, `error.type`) and thrown on. Log lines written inside carry the span's ids. While tracing is off the
 * operation simply runs.
 *
 * A promise comes back as another promise of the same outcome, settled after the span has ended. An iterator, a generator
 * or a stream comes back as it is, its span ended: trace what consumes it.
 *
 * @param name the span's name, of low cardinality (no ids, no user input)
 * @param options may be left out
 */
export function traceOperation<T>(name: string, operation: Operation<T>): T;
export function traceOperation<T>(name: string, options: OperationOptions, operation: Operation<T>): T;
export function traceOperation<T>(name: string, first: OperationOptions | Operation<T>, second?: Operation<T>): T {
  const operation = typeof first === 'function' ? first : (second as Operation<T>);
  if (tracingState.mode === 'off') return operation(noSpan);
  const running = startOperation(name, typeof first === 'function' ? noOptions : first);
  return running === undefined ? operation(noSpan) : run(running, operation);
}

/** What runs inside the span. */
export type Operation<T> = (span: OperationSpan) => T;

const noOptions: OperationOptions = {};

/**
 * Wraps a function so that every call is a span of that name. `this`, arguments and result are the function's own, and so
 * are `name` and `length`, by which some frameworks tell handlers apart.
 *
 * @param name the span's name, of low cardinality (no ids, no user input)
 */
export function traceFunction<This, A extends unknown[], R>(
  name: string,
  operation: (this: This, ...args: A) => R,
  options: OperationOptions = {},
): (this: This, ...args: A) => R {
  function traced(this: This, ...args: A): R {
    return traceOperation(name, options, () => Reflect.apply(operation, this, args));
  }
  for (const property of ['name', 'length'] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(operation, property);
    if (descriptor !== undefined) Object.defineProperty(traced, property, { ...descriptor, configurable: true });
  }
  return traced;
}

/** Adds attributes to the active span, if there is one. */
export function addSpanAttributes(attributes: SpanAttributes): void {
  const span = currentSpan();
  if (span !== undefined) setAttributesOn(span, attributes);
}

/** Adds an event to the active span, if there is one. */
export function addSpanEvent(name: string, attributes: SpanAttributes = {}): void {
  const span = currentSpan();
  if (span !== undefined) addEventTo(span, name, attributes);
}

/** Records an error on the active span without failing it. */
export function recordException(error: unknown): void {
  const span = currentSpan();
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
  const context = currentSpan()?.spanContext();
  return context === undefined ? undefined : toTraceparent(context);
}

/**
 * The headers of a request about to be sent, with `traceparent`, `tracestate` and `baggage` of the active span added, as
 * `tracing.propagators` say; those of these names that were there give way. What `{}` becomes can be stored beside a queued
 * job and be its `parent` later. Adds nothing outside any span, and when `tracing.instrumentation.http_client` is off.
 */
export function injectTraceHeaders<H extends Record<string, string>>(headers: H): H & SentTraceHeaders {
  if (!tracingState.propagates || tracingState.mode === 'off') return headers;
  const context = activeContexts()?.active();
  const added = context === undefined ? {} : toTraceHeaders(context);
  const kept = Object.entries(headers).filter(([name]) => !(isTraceHeader(name) && name.toLowerCase() in added));
  return { ...Object.fromEntries(kept), ...added } as H & SentTraceHeaders;
}

/** Undefined when nobody makes spans, or whoever does is broken. */
function startOperation(name: string, options: OperationOptions): RunningOperation | undefined {
  try {
    const tracer = activeTracer();
    if (tracer === undefined) return undefined;
    const active = activeContexts()?.active() ?? apiModule().ROOT_CONTEXT;
    const parent = options.parent === undefined ? active : withRemoteParent(active, options.parent);
    const span = tracer.startSpan(String(name), toSpanOptions(options), parent);
    const inside = insideSpan(parent, span);
    if (tracingState.observer === undefined) return new RunningOperation(span, inside, undefined);
    const running = new RunningOperation(span, inside, localSpanId(parent));
    running.begin();
    return running;
  } catch {
    return undefined;
  }
}

function toSpanOptions({ attributes, kind, links }: OperationOptions): SpanOptions {
  const options: SpanOptions = { kind: kind === undefined ? kinds.internal : kinds[kind] };
  if (attributes !== undefined) options.attributes = toAttributes(attributes);
  if (links !== undefined) options.links = toLinks(links);
  return options;
}

function toLinks(traceparents: readonly string[]): Link[] {
  return traceparents.flatMap((header) => {
    const linked = parseTraceparent(header);
    return linked === undefined ? [] : [{ context: linked }];
  });
}

/** The id of the span that a context carries, unless that one is in another process. */
function localSpanId(context: Context): string | undefined {
  const parent = spanIn(context)?.spanContext();
  return parent === undefined || parent.isRemote === true ? undefined : parent.spanId;
}

function currentSpan(): Span | undefined {
  return tracingState.mode === 'off' ? undefined : activeSpan();
}

function run<T>(running: RunningOperation, operation: (span: OperationSpan) => T): T {
  const contexts = activeContexts();
  let result: T;
  try {
    result =
      contexts === undefined ? operation(running) : contexts.with(running.context, operation, undefined, running);
  } catch (error) {
    running.fail(error);
    running.end();
    throw error;
  }
  if (isPromise(result)) return settle(running, result) as T;
  if (!isThenable(result)) {
    running.end();
    return result;
  }
  // A lazy one (query builders) begins its work when asked for the result, which belongs inside.
  if (contexts === undefined) return settle(running, result) as T;
  return contexts.with(running.context, settle, undefined, running, result) as T;
}

async function settle(running: RunningOperation, result: PromiseLike<unknown>): Promise<unknown> {
  try {
    return await result;
  } catch (error) {
    running.fail(error);
    throw error;
  } finally {
    running.end();
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
