import type { Context, SpanContext } from '@opentelemetry/api';
import { apiModule } from '../api-module.ts';
import { spanKey } from '../registered-api.ts';
import { parseTraceparent } from '../traceparent.ts';
import { tracingState } from '../tracing-state.ts';
import { parseBaggage } from './baggage-header.ts';
import { withItems } from './context-baggage.ts';
import { readTraceHeaders, type TraceHeaders } from './trace-headers.ts';
import { fitTracestate } from './tracestate.ts';

/**
 * `base` continued from another process: with the span that `parent` names as its active, remote span, and with the
 * baggage that came along. `base` itself when nothing in `parent` is well-formed; never throws.
 *
 * @param parent a `traceparent`, which is always followed, or headers, of which `tracing.propagators` are
 */
export function withRemoteParent(base: Context, parent: string | TraceHeaders | undefined): Context {
  if (parent === undefined || parent === null) return base;
  const { traceparent, tracestate, baggage } = readTraceHeaders(parent);
  const { propagators } = tracingState;
  let context = base;
  if (traceparent !== undefined && (propagators.tracecontext || typeof parent === 'string')) {
    const remote = parseTraceparent(traceparent);
    if (remote !== undefined) context = context.setValue(spanKey, toRemoteSpan(remote, tracestate));
  }
  if (baggage !== undefined && propagators.baggage) context = withItems(context, parseBaggage(baggage));
  return context;
}

function toRemoteSpan(remote: SpanContext, tracestate: string | undefined): unknown {
  const { createTraceState, trace } = apiModule();
  return trace.wrapSpanContext(
    tracestate === undefined || tracestate === ''
      ? remote
      : { ...remote, traceState: createTraceState(fitTracestate(tracestate)) },
  );
}
