import { durationMsOf, type FinishedSpan, startMsOf } from './finished-span.ts';
import { heldBytesOf } from './span-size.ts';
import { traceFraction } from './trace-fraction.ts';

/** Which traces are worth keeping once they are over, and how much is held until then. */
export interface TailSamplingOptions {
  /** Traces whose local root took at least this long are kept. */
  readonly slowMs: number;
  /** Share of the other, unremarkable traces that is kept; 0 to 1, decided by trace id. */
  readonly probability: number;
  /** A trace is decided this long after its first span ended, even if its root has not. */
  readonly decisionMs: number;
  /** Beyond these the oldest trace is decided with what is known of it. */
  readonly maxOpenTraces: number;
  readonly maxHeldBytes: number;
}

/** What the sampler tells about itself; none of these may throw. */
export interface TailObserver {
  held(traces: number, bytes: number): void;
  /** `spans` of a trace that is not kept; `first` when nothing of it was left out before. */
  sampledOut(spans: number, first: boolean): void;
  /** A trace was decided before its root ended, because there was no room or no time left. */
  decidedEarly(): void;
}

/** Holds spans until their trace is decided. No method throws. */
export interface TailSampler {
  end(span: FinishedSpan): void;
  /** Decides every open trace now, because no more will come. */
  drain(): void;
  /** Spans not decided yet. */
  held(): number;
}

/** What the sampler needs from its surroundings. */
export interface TailSamplerParts {
  readonly forward: (span: FinishedSpan) => void;
  readonly observer: TailObserver;
  /** Epoch milliseconds, as spans have them. */
  readonly now: () => number;
}

interface OpenTrace {
  readonly id: string;
  readonly spans: FinishedSpan[];
  readonly openedMs: number;
  startedMs: number;
  bytes: number;
  failed: boolean;
}

const errorStatus = 2;
// The entry of a trace itself: its record, its list and its place among the open ones.
const bareTrace = 300;
// About 100 bytes each, so that a span which ends long after its trace still follows the decision.
const rememberedDecisions = 5_000;

/**
 * Holds the spans of a trace until its local root ends, then keeps or drops all of them: kept are traces with an error,
 * slow ones, and a share of the rest. Spans that end later follow the decision, but an error is never dropped.
 */
export function createTailSampler(options: TailSamplingOptions, parts: TailSamplerParts): TailSampler {
  const { observer, forward, now } = parts;
  // In the order in which they were opened, so that the oldest is the first.
  const open = new Map<string, OpenTrace>();
  const decisions = new Map<string, boolean>();
  let heldSpans = 0;
  let heldBytes = 0;
  let timer: NodeJS.Timeout | undefined;

  const isSlow = (trace: OpenTrace, root: FinishedSpan | undefined): boolean =>
    // A root that still runs has taken at least as long as the trace has been going on.
    (root === undefined ? now() - trace.startedMs : durationMsOf(root)) >= options.slowMs;

  const remember = (traceId: string, kept: boolean): void => {
    decisions.set(traceId, kept);
    if (decisions.size <= rememberedDecisions) return;
    const [first] = decisions.keys();
    if (first !== undefined) decisions.delete(first);
  };

  const decide = (trace: OpenTrace, root: FinishedSpan | undefined): void => {
    open.delete(trace.id);
    heldSpans -= trace.spans.length;
    heldBytes -= trace.bytes;
    const before = decisions.get(trace.id);
    // A trace has several local roots when its own process takes up a job it queued.
    const kept =
      before === true || trace.failed || isSlow(trace, root) || traceFraction(trace.id) < options.probability;
    remember(trace.id, kept);
    if (kept) trace.spans.forEach(forward);
    else observer.sampledOut(trace.spans.length, before === undefined);
  };

  const decideOldest = (): void => {
    const [oldest] = open.values();
    if (oldest === undefined) return;
    observer.decidedEarly();
    decide(oldest, undefined);
  };

  const schedule = (): void => {
    const [oldest] = open.values();
    if (timer !== undefined || oldest === undefined) return;
    timer = setTimeout(decideDue, Math.max(0, oldest.openedMs + options.decisionMs - now()));
    // The process may end while traces are open; whoever started the sampler drains it then.
    timer.unref();
  };

  const decideDue = (): void => {
    timer = undefined;
    for (const trace of open.values()) {
      if (trace.openedMs + options.decisionMs > now()) break;
      decideOldest();
    }
    observer.held(open.size, heldBytes);
    schedule();
  };

  const hold = (span: FinishedSpan, traceId: string): OpenTrace => {
    let trace = open.get(traceId);
    if (trace === undefined) {
      trace = { id: traceId, spans: [], openedMs: now(), startedMs: Infinity, bytes: bareTrace, failed: false };
      open.set(traceId, trace);
      heldBytes += bareTrace;
    }
    const bytes = heldBytesOf(span);
    trace.spans.push(span);
    trace.bytes += bytes;
    trace.startedMs = Math.min(trace.startedMs, startMsOf(span));
    if (span.status.code === errorStatus) trace.failed = true;
    heldSpans += 1;
    heldBytes += bytes;
    return trace;
  };

  const follow = (span: FinishedSpan, traceId: string, decided: boolean): void => {
    const kept = decided || span.status.code === errorStatus;
    if (kept && !decided) decisions.set(traceId, true);
    if (kept) forward(span);
    else observer.sampledOut(1, false);
  };

  return {
    end(span) {
      const { traceId } = span.spanContext();
      const decided = decisions.get(traceId);
      const root = isLocalRoot(span);
      if (decided !== undefined && !root && !open.has(traceId)) return follow(span, traceId, decided);
      const trace = hold(span, traceId);
      if (root) decide(trace, span);
      while (open.size > options.maxOpenTraces || (open.size > 0 && heldBytes > options.maxHeldBytes)) decideOldest();
      observer.held(open.size, heldBytes);
      schedule();
    },
    drain() {
      clearTimeout(timer);
      timer = undefined;
      for (const trace of [...open.values()]) decide(trace, undefined);
      observer.held(0, 0);
    },
    held: () => heldSpans,
  };
}

function isLocalRoot(span: FinishedSpan): boolean {
  return span.parentSpanContext === undefined || span.parentSpanContext.isRemote === true;
}
