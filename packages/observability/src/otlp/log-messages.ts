import { anyValue, attributes } from './any-value-type.ts';
import { resource, scope } from './common-messages.ts';
import { optional } from './field-type.ts';
import { spanId, traceId } from './id-types.ts';
import type { LogData, ResourceLogs } from './log-model.ts';
import { message, repeated } from './message-type.ts';
import { fixed32Flags, int32, nanos, text, uint32 } from './scalar-types.ts';

// Field numbers: opentelemetry/proto/logs/v1/logs.proto and collector/logs/v1/logs_service.proto.

const logRecord = message<LogData>({
  timeUnixNano: [1, nanos],
  observedTimeUnixNano: [11, nanos],
  severityNumber: [2, int32],
  severityText: [3, text],
  eventName: [12, text],
  body: [5, anyValue],
  attributes: [6, attributes],
  droppedAttributesCount: [7, uint32],
  flags: [8, fixed32Flags],
  traceId: [9, traceId],
  spanId: [10, spanId],
});

const scopeLogs = message<ResourceLogs['scopes'][number]>({
  scope: [1, scope],
  records: [2, repeated(logRecord), 'logRecords'],
  schemaUrl: [3, optional(text)],
});

const resourceLogs = message<ResourceLogs>({
  resource: [1, resource],
  scopes: [2, repeated(scopeLogs), 'scopeLogs'],
  schemaUrl: [3, optional(text)],
});

export const logsRequest = message<{ readonly resources: readonly ResourceLogs[] }>({
  resources: [1, repeated(resourceLogs), 'resourceLogs'],
});
