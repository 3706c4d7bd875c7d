import { attributes } from './any-value-type.ts';
import { resource, scope } from './common-messages.ts';
import { optional } from './field-type.ts';
import { spanId, traceId } from './id-types.ts';
import { message, repeated } from './message-type.ts';
import { fixed32Flags, int32, nanos, text, uint32 } from './scalar-types.ts';
import type { ResourceSpans, SpanData, SpanEvent, SpanLink } from './trace-model.ts';

// Field numbers: opentelemetry/proto/trace/v1/trace.proto and collector/trace/v1/trace_service.proto.

const event = message<SpanEvent>({
  timeUnixNano: [1, nanos],
  name: [2, text],
  attributes: [3, attributes],
  droppedAttributesCount: [4, uint32],
});

const link = message<SpanLink>({
  traceId: [1, traceId],
  spanId: [2, spanId],
  traceState: [3, text],
  attributes: [4, attributes],
  droppedAttributesCount: [5, uint32],
  flags: [6, fixed32Flags],
});

const status = message<SpanData['status']>({
  code: [3, int32],
  message: [2, text],
});

const span = message<SpanData>({
  traceId: [1, traceId],
  spanId: [2, spanId],
  traceState: [3, text],
  parentSpanId: [4, spanId],
  flags: [16, fixed32Flags],
  name: [5, text],
  kind: [6, int32],
  startTimeUnixNano: [7, nanos],
  endTimeUnixNano: [8, nanos],
  attributes: [9, attributes],
  droppedAttributesCount: [10, uint32],
  events: [11, repeated(event)],
  droppedEventsCount: [12, uint32],
  links: [13, repeated(link)],
  droppedLinksCount: [14, uint32],
  status: [15, status],
});

const scopeSpans = message<ResourceSpans['scopes'][number]>({
  scope: [1, scope],
  spans: [2, repeated(span)],
  schemaUrl: [3, optional(text)],
});

const resourceSpans = message<ResourceSpans>({
  resource: [1, resource],
  scopes: [2, repeated(scopeSpans), 'scopeSpans'],
  schemaUrl: [3, optional(text)],
});

export const tracesRequest = message<{ readonly resources: readonly ResourceSpans[] }>({
  resources: [1, repeated(resourceSpans), 'resourceSpans'],
});
