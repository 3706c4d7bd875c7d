import type { ConfigWarning } from './environment-layer.ts';
import type { Environment } from './substitution.ts';

/** Values that change nothing, and what is told about any other. */
interface Unsupported {
  readonly name: RegExp;
  readonly harmless?: RegExp;
  readonly message: string;
}

const unsupported: readonly Unsupported[] = [
  {
    name: /^OTEL_EXPORTER_OTLP_(?:(?:TRACES|METRICS|LOGS)_)?INSECURE$/,
    message: 'is not read: http:// or https:// in the endpoint decides',
  },
  {
    name: /^OTEL_EXPORTER_OTLP_(?:METRICS|LOGS)_TIMEOUT$|^OTEL_METRIC_EXPORT_TIMEOUT$/,
    message: 'has no effect: one limit holds for all exports, OTEL_EXPORTER_OTLP_TIMEOUT sets it',
  },
  {
    name: /^OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION$/,
    harmless: /^explicit_bucket_histogram$/i,
    message: 'has no effect: metrics.native_histograms names the histograms that are kept exponentially',
  },
  {
    name: /^OTEL_BLRP_/,
    message: 'has no effect: lines wait and are sent as spans are, which OTEL_BSP_* sets',
  },
  { name: /^OTEL_LOGRECORD_/, message: 'has no effect: the limits of a line are fixed' },
  { name: /^OTEL_EXPORTER_(?:ZIPKIN|JAEGER)_/, message: 'has no effect: spans are sent by OTLP' },
  {
    name: /^OTEL_METRICS_EXEMPLAR_FILTER$/,
    harmless: /^trace_based$/i,
    message: 'has no effect: exemplars are kept of sampled spans (trace_based)',
  },
  {
    name: /^OTEL_(?:EXPERIMENTAL_)?CONFIG_FILE$/,
    message: "is not read; OBSERVABILITY_CONFIG names a file of this library's own form",
  },
];

/** Variables of OpenTelemetry that are set and ask for what this version does not do. */
export function findUnsupported(env: Environment): readonly ConfigWarning[] {
  return Object.entries(env).flatMap(([name, text = '']) => {
    if (!name.startsWith('OTEL_') || text.trim() === '') return [];
    const row = unsupported.find((candidate) => candidate.name.test(name));
    if (row === undefined || row.harmless?.test(text.replace(/\s/g, '')) === true) return [];
    return [{ where: `environment ${name}`, message: row.message }];
  });
}
