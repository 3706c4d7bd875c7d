import { activePipeline } from '../logs/pipeline.ts';
import { durationMsOf, type FinishedSpan } from '../tracing/finished-span.ts';

const kindNames = ['internal', 'server', 'client', 'producer', 'consumer'] as const;
const statusNames = ['unset', 'ok', 'error'] as const;

/** Writes a finished span as one log line of logger `spans`, so that stdout stays one JSON object per line. */
export function writeSpanLine(span: FinishedSpan): void {
  const { traceId, spanId } = span.spanContext();
  const fields: Record<string, unknown> = {
    name: span.name,
    kind: kindNames[span.kind] ?? 'internal',
    parent_span_id: span.parentSpanContext?.spanId,
    duration_ms: Math.round(durationMsOf(span) * 1_000) / 1_000,
    status: statusNames[span.status.code] ?? 'unset',
    status_message: span.status.message,
    attributes: span.attributes,
  };
  if (span.events.length > 0) fields['events'] = span.events.map(({ name, attributes }) => ({ name, attributes }));
  activePipeline.write({
    level: 'INFO',
    logger: 'spans',
    event: 'span_ended',
    bound: undefined,
    fields,
    ids: { traceId, spanId },
    exempt: 'level',
  });
}
