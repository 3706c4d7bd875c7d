import type { Context } from '@opentelemetry/api';
import { baggageEntriesLeft } from '../../metrics/self-metrics.ts';
import { spanIn } from '../active-ids.ts';
import { isSecretEntry } from '../attributes.ts';
import { suppressionKey } from '../registered-api.ts';
import { toTraceparent } from '../traceparent.ts';
import { tracingState } from '../tracing-state.ts';
import { type BaggageItem, formatBaggage } from './baggage-header.ts';
import { baggageIn } from './context-baggage.ts';
import { fitTracestate } from './tracestate.ts';

/** The headers by which another process continues the trace; no interface, so that it fits where any headers do. */
export type SentTraceHeaders = {
  traceparent?: string;
  tracestate?: string;
  baggage?: string;
};

/** What to send along out of a context, as `tracing.propagators` say; secrets stay here. Never throws. */
export function toTraceHeaders(context: Context): SentTraceHeaders {
  const headers: SentTraceHeaders = {};
  try {
    if (context.getValue(suppressionKey) === true) return headers;
    const { tracecontext, baggage } = tracingState.propagators;
    if (tracecontext) addTraceContext(headers, context);
    if (baggage) addBaggage(headers, context);
  } catch {
    // A broken span or baggage of somebody else's making is no reason not to send the request.
  }
  return headers;
}

function addTraceContext(headers: SentTraceHeaders, context: Context): void {
  const span = spanIn(context)?.spanContext();
  const traceparent = span === undefined ? undefined : toTraceparent(span);
  if (traceparent === undefined) return;
  headers.traceparent = traceparent;
  const tracestate = fitTracestate(span?.traceState?.serialize() ?? '');
  if (tracestate !== '') headers.tracestate = tracestate;
}

function addBaggage(headers: SentTraceHeaders, context: Context): void {
  const entries = baggageIn(context)?.getAllEntries();
  if (entries === undefined || entries.length === 0) return;
  const items: BaggageItem[] = [];
  for (const [key, { value, metadata }] of entries) {
    if (isSecretEntry(key, value)) continue;
    items.push({ key, value: String(value), metadata: metadata?.toString() });
  }
  const { header, left } = formatBaggage(items);
  if (header !== undefined) headers.baggage = header;
  if (left > 0) baggageEntriesLeft.inc(left);
}
