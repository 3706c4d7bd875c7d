import type { ObservabilityConfig } from '../config/schema.ts';
import { encodeLogsRequest, encodeTracesRequest } from '../otlp/encode-request.ts';
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts';
import type { FinishedSpan } from '../tracing/finished-span.ts';
import type { EncodedBatch } from './encoded-batch.ts';
import type { ExporterPlan, MetricsPlan, SignalPlan } from './exporter-plan.ts';
import { encodeMetricBatches } from './metrics/batch-metrics.ts';
import { isErrorLine, toResourceLogs } from './otlp/encode-lines.ts';
import { toResourceSpans } from './otlp/encode-spans.ts';
import { openOtlpTransport } from './otlp/open-otlp-transport.ts';
import type { OtlpProtocol, OtlpReceiver, OtlpRoute } from './otlp/otlp-route.ts';
import { toServiceResource } from './otlp/service-resource.ts';
import { listReceivers } from './presets/all-receivers.ts';
import { encodeRemoteWrite } from './remote-write/encode-remote-write.ts';
import { openRemoteWriteTransport } from './remote-write/remote-write-transport.ts';

/** Every way out that a configuration asks for; nothing is opened yet. */
export function planExporters(config: ObservabilityConfig): readonly ExporterPlan[] {
  return [...listReceivers(config).map((receiver) => toPlan(receiver, config)), ...planRemoteWrite(config)];
}

function toPlan({ name, traces, logs, metrics }: OtlpReceiver, config: ObservabilityConfig): ExporterPlan {
  return {
    name,
    url: withoutQuery((traces ?? logs ?? metrics)?.url ?? ''),
    ...(traces === undefined ? {} : { traces: planTraces(traces, config) }),
    ...(logs === undefined ? {} : { logs: planLogs(logs, config) }),
    ...(metrics === undefined ? {} : { metrics: planMetrics(metrics, config) }),
  };
}

/** Log lines show the address; what comes after the `?` is a key as often as not. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

const errorStatus = 2;

function planTraces(route: OtlpRoute, config: ObservabilityConfig): SignalPlan<FinishedSpan> {
  const { encoding, contentType } = encodingOf(route.protocol);
  return {
    openTransport: () => openOtlpTransport(route, { signal: 'traces', timeoutMs: timeoutOf(config) }),
    encode: (spans): EncodedBatch => ({
      signal: 'traces',
      body: encodeTracesRequest(toResourceSpans(spans), encoding),
      contentType,
      records: spans.length,
      isImportant: spans.some((span) => span.status.code === errorStatus),
    }),
  };
}

function planLogs(route: OtlpRoute, config: ObservabilityConfig): SignalPlan<string> {
  const { encoding, contentType } = encodingOf(route.protocol);
  const resource = toServiceResource(config);
  return {
    openTransport: () => openOtlpTransport(route, { signal: 'logs', timeoutMs: timeoutOf(config) }),
    encode: (lines): EncodedBatch => ({
      signal: 'logs',
      body: encodeLogsRequest(toResourceLogs(lines, resource), encoding),
      contentType,
      records: lines.length,
      isImportant: lines.some(isErrorLine),
    }),
  };
}

function planMetrics(route: NonNullable<OtlpReceiver['metrics']>, config: ObservabilityConfig): MetricsPlan {
  const { encoding } = encodingOf(route.protocol);
  return {
    openTransport: () => openOtlpTransport(route, { signal: 'metrics', timeoutMs: timeoutOf(config) }),
    intervalMs: config.export.metrics_interval_seconds * 1_000,
    temporality: route.temporality,
    encode: (metrics) => encodeMetricBatches(metrics, encoding),
  };
}

function planRemoteWrite({ integrations }: ObservabilityConfig): readonly ExporterPlan[] {
  const { enabled, url, interval_seconds, native_histograms, external_labels, ...route } =
    integrations.prometheus_remote_write;
  if (!enabled) return [];
  const metrics: MetricsPlan = {
    openTransport: () => openRemoteWriteTransport({ ...route, url }),
    intervalMs: interval_seconds * 1_000,
    temporality: 'cumulative',
    exponential: native_histograms,
    encode: (read) => encodeRemoteWrite(read, external_labels),
  };
  return [{ name: 'prometheus_remote_write', url: withoutQuery(url), metrics }];
}

function encodingOf(protocol: OtlpProtocol): { readonly encoding: OtlpEncoding; readonly contentType: string } {
  return protocol === 'http/json'
    ? { encoding: 'json', contentType: 'application/json' }
    : { encoding: 'protobuf', contentType: 'application/x-protobuf' };
}

function timeoutOf({ performance }: ObservabilityConfig): number {
  return performance.export_timeout_seconds * 1_000;
}
