import { durationMsOf, type FinishedSpan } from './finished-span.ts';

/** Which traces are worth keeping once they are over. */
export interface TailSamplingOptions {
  /** Traces whose local root took at least this long are kept. */
  readonly slowMs: number;
  /** Share of the other, unremarkable traces that is kept; 0 to 1, decided by trace id. */
  readonly probability: number;
  readonly forward: (span: FinishedSpan) => void;
}

// Bounds memory: beyond these the oldest trace is decided with what is known of it.
const mostOpenTraces = 1_000;
const mostHeldSpans = 20_000;
const rememberedDecisions = 5_000;
const errorStatus = 2;

/**
 * Holds the spans of a trace until its local root ends, then keeps or drops all of them: kept are traces with an error,
 * slow ones, and a share of the rest. Spans that end later follow the decision.
 */
export function createTailSampler(options: TailSamplingOptions): { end(span: FinishedSpan): void; drain(): void } {
  const open = new Map<string, FinishedSpan[]>();
  const decisions = new Map<string, boolean>();
  let held = 0;

  const decide = (traceId: string, root: FinishedSpan | undefined): void => {
    const spans = open.get(traceId) ?? [];
    open.delete(traceId);
    held -= spans.length;
    const kept =
      // A trace has several local roots when its own process takes up a job it queued.
      decisions.get(traceId) === true ||
      spans.some((span) => span.status.code === errorStatus) ||
      (root !== undefined && durationMsOf(root) >= options.slowMs) ||
      traceFraction(traceId) < options.probability;
    decisions.set(traceId, kept);
    if (decisions.size > rememberedDecisions) forgetFirst(decisions);
    if (kept) for (const span of spans) options.forward(span);
  };

  return {
    end(span) {
      const { traceId } = span.spanContext();
      const decided = decisions.get(traceId);
      const late = decided !== undefined && !open.has(traceId);
      if (late && !isLocalRoot(span)) {
        if (span.status.code === errorStatus) decisions.set(traceId, true);
        if (decisions.get(traceId) === true) options.forward(span);
        return;
      }
      const spans = open.get(traceId) ?? [];
      spans.push(span);
      open.set(traceId, spans);
      held += 1;
      if (isLocalRoot(span)) decide(traceId, span);
      while (open.size > mostOpenTraces || held > mostHeldSpans) {
        const [oldest] = open.keys();
        if (oldest === undefined) break;
        decide(oldest, undefined);
      }
    },
    /** Decides every open trace now, because no more will come. */
    drain() {
      for (const traceId of [...open.keys()]) decide(traceId, undefined);
    },
  };
}

function isLocalRoot(span: FinishedSpan): boolean {
  return span.parentSpanContext === undefined || span.parentSpanContext.isRemote === true;
}

/** The trace id's last 52 random bits as a number from 0 to 1. */
function traceFraction(traceId: string): number {
  return Number.parseInt(traceId.slice(-13), 16) / 2 ** 52;
}

function forgetFirst(decisions: Map<string, boolean>): void {
  const [first] = decisions.keys();
  if (first !== undefined) decisions.delete(first);
}
