import { encodeMessage } from './encode-message.ts';
import { logsRequest } from './log-messages.ts';
import type { ResourceLogs } from './log-model.ts';
import { metricsRequest } from './metric-messages.ts';
import type { ResourceMetrics } from './metric-model.ts';
import type { OtlpEncoding } from './otlp-encoding.ts';
import { tracesRequest } from './trace-messages.ts';
import type { ResourceSpans } from './trace-model.ts';

/** The body of an export of spans: an ExportTraceServiceRequest. Never throws. */
export function encodeTracesRequest(resources: readonly ResourceSpans[], encoding: OtlpEncoding): Uint8Array {
  return encodeMessage(tracesRequest, { resources }, encoding);
}

/** The body of an export of metrics: an ExportMetricsServiceRequest. Never throws. */
export function encodeMetricsRequest(resources: readonly ResourceMetrics[], encoding: OtlpEncoding): Uint8Array {
  return encodeMessage(metricsRequest, { resources }, encoding);
}

/** The body of an export of log records: an ExportLogsServiceRequest. Never throws. */
export function encodeLogsRequest(resources: readonly ResourceLogs[], encoding: OtlpEncoding): Uint8Array {
  return encodeMessage(logsRequest, { resources }, encoding);
}
