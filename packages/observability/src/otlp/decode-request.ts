import { decodeMessage } from './decode-message.ts';
import { logsRequest } from './log-messages.ts';
import type { ResourceLogs } from './log-model.ts';
import { metricsRequest } from './metric-messages.ts';
import type { ResourceMetrics } from './metric-model.ts';
import type { OtlpEncoding } from './otlp-encoding.ts';
import { tracesRequest } from './trace-messages.ts';
import type { ResourceSpans } from './trace-model.ts';

// What is read may come from anybody. It is read whole or not at all, in memory of at most 32 times the body and a
// megabyte. Ids that are none are empty, times and counts are within 64 bits; what belongs together, as counts and bounds
// of a histogram, is not compared here.

/** @throws OtlpDecodeError where the body is no ExportTraceServiceRequest */
export function decodeTracesRequest(body: Uint8Array, encoding: OtlpEncoding): readonly ResourceSpans[] {
  return decodeMessage(tracesRequest, body, encoding).resources;
}

/** @throws OtlpDecodeError where the body is no ExportMetricsServiceRequest */
export function decodeMetricsRequest(body: Uint8Array, encoding: OtlpEncoding): readonly ResourceMetrics[] {
  return decodeMessage(metricsRequest, body, encoding).resources;
}

/** @throws OtlpDecodeError where the body is no ExportLogsServiceRequest */
export function decodeLogsRequest(body: Uint8Array, encoding: OtlpEncoding): readonly ResourceLogs[] {
  return decodeMessage(logsRequest, body, encoding).resources;
}
