import type {
  Attributes,
  AttributeValue,
  Context,
  Exception,
  HrTime,
  Link,
  Span,
  SpanContext,
  SpanKind,
  SpanStatus,
  TimeInput,
  Tracer,
} from '@opentelemetry/api';
import type { FinishedSpan } from './finished-span.ts';

/** What a span for a request needs of the SDK that would have made it. */
export interface RequestSpans {
  readonly resource: FinishedSpan['resource'];
  readonly scope: FinishedSpan['instrumentationScope'];
  /** The context of a new span below `parent`, sampled or not; undefined where the SDK has to make it itself. */
  newContext(name: string, parent: Context): NewSpan | undefined;
  /** Whether anybody wants to know of spans that have ended. */
  isHeard(): boolean;
  /** Takes a span that has ended. */
  ended(span: FinishedSpan): void;
  /** The SDK's own span of the same identity and beginning. */
  toSdkSpan(span: RequestSpan): Span;
}

/** A span before it begins. */
export interface NewSpan {
  readonly context: SpanContext;
  readonly parent: SpanContext | undefined;
}

const sources = new WeakMap<Tracer, RequestSpans>();

/** Lets the requests of a tracer have spans of this kind. */
export function provideRequestSpans(tracer: Tracer, source: RequestSpans): void {
  sources.set(tracer, source);
}

/** Undefined for tracers of others. */
export function requestSpansOf(tracer: Tracer): RequestSpans | undefined {
  return sources.get(tracer);
}

const serverKind: SpanKind.SERVER = 1;
const unset: SpanStatus = { code: 0 };
const none: readonly never[] = [];

/**
 * The span of a request, nearly all of which need no more of it than an identity, a few attributes and a duration: for those
 * it is the finished span itself, and takes a seventh of the 2.7 µs of the SDK's. Whoever asks for more (attributes
 * of the application, events, a status) makes it hand over to a span of the SDK, with its limits and all.
 */
export class RequestSpan implements Span, FinishedSpan {
  name: string;
  readonly kind = serverKind;
  readonly parentSpanContext?: SpanContext;
  readonly attributes: Attributes = {};
  readonly startedMs: number = Date.now();
  /** In which it began. */
  readonly parent: Context;
  status: SpanStatus = unset;
  startTime: HrTime = [0, 0];
  endTime: HrTime = [0, 0];
  duration: HrTime = [0, 0];
  private readonly source: RequestSpans;
  private readonly context: SpanContext;
  private readonly startedAt: number = performance.now();
  private sdkSpan: Span | undefined;
  private isEnded = false;

  constructor(name: string, own: NewSpan, { source, parent }: { source: RequestSpans; parent: Context }) {
    this.name = name;
    this.context = own.context;
    if (own.parent !== undefined) this.parentSpanContext = own.parent;
    this.source = source;
    this.parent = parent;
  }

  get links(): readonly Link[] {
    return none;
  }

  get events(): FinishedSpan['events'] {
    return none;
  }

  get resource(): FinishedSpan['resource'] {
    return this.source.resource;
  }

  get instrumentationScope(): FinishedSpan['instrumentationScope'] {
    return this.source.scope;
  }

  get droppedAttributesCount(): number {
    return 0;
  }

  get droppedEventsCount(): number {
    return 0;
  }

  get droppedLinksCount(): number {
    return 0;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return !this.isEnded && (this.context.traceFlags & 1) === 1;
  }

  /** Sets an attribute that is known to be plain. */
  describe(key: string, value: string | number): void {
    if (this.sdkSpan === undefined) this.attributes[key] = value;
    else this.sdkSpan.setAttribute(key, value);
  }

  setAttribute(key: string, value: AttributeValue): this {
    this.whole()?.setAttribute(key, value);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    this.whole()?.setAttributes(attributes);
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    this.whole()?.addEvent(name, attributesOrTime, time);
    return this;
  }

  addLink(link: Link): this {
    this.whole()?.addLink(link);
    return this;
  }

  addLinks(links: Link[]): this {
    this.whole()?.addLinks(links);
    return this;
  }

  setStatus(status: SpanStatus): this {
    this.whole()?.setStatus(status);
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    this.whole()?.recordException(exception, time);
  }

  updateName(name: string): this {
    if (this.isEnded) return this;
    this.name = name;
    this.sdkSpan?.updateName(name);
    return this;
  }

  end(time?: TimeInput): void {
    if (this.isEnded) return;
    const isWanted = this.isRecording();
    this.isEnded = true;
    if (this.sdkSpan === undefined && (!isWanted || !this.source.isHeard())) return;
    const lastedMs = Math.max(0, performance.now() - this.startedAt);
    this.startTime = toHrTime(this.startedMs);
    this.duration = toHrTime(lastedMs);
    this.endTime = sumOf(this.startTime, this.duration);
    // A time of the caller's own is the SDK's business as well.
    if (time !== undefined) this.sdkSpan ??= this.source.toSdkSpan(this);
    if (this.sdkSpan === undefined) this.source.ended(this);
    else this.sdkSpan.end(time ?? this.endTime);
  }

  private whole(): Span | undefined {
    if (this.sdkSpan === undefined && this.isRecording()) this.sdkSpan = this.source.toSdkSpan(this);
    return this.sdkSpan;
  }
}

function toHrTime(ms: number): HrTime {
  const seconds = Math.trunc(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}

function sumOf([seconds, nanoseconds]: HrTime, [moreSeconds, moreNanoseconds]: HrTime): HrTime {
  const sum = nanoseconds + moreNanoseconds;
  return sum >= 1e9 ? [seconds + moreSeconds + 1, sum - 1e9] : [seconds + moreSeconds, sum];
}
