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
    name: /^OTEL_EXPORTER_OTLP_(?:TRACES_)?PROTOCOL$/,
    harmless: /^http\/json$/i,
    message: 'spans are sent as http/json, which every OTLP/HTTP receiver takes (mostly on port 4318, not 4317)',
  },
  {
    name: /^OTEL_EXPORTER_OTLP_(?:TRACES_)?COMPRESSION$/,
    harmless: /^none$/i,
    message: 'spans are sent uncompressed',
  },
  {
    name: /^OTEL_EXPORTER_OTLP_(?:TRACES_)?(?:CERTIFICATE|CLIENT_KEY|CLIENT_CERTIFICATE)$/,
    message: 'is not read; NODE_EXTRA_CA_CERTS names further certificates to trust',
  },
  {
    name: /^OTEL_LOGS_EXPORTER$/,
    harmless: /^(?:none|console|logging)(?:,(?:none|console|logging))*$/i,
    message: 'lines are written as logging.outputs says; sending them by OTLP is not part of this version',
  },
  {
    name: /^OTEL_EXPORTER_OTLP_(?:METRICS|LOGS)_|^OTEL_METRIC_EXPORT_|^OTEL_BLRP_|^OTEL_LOGRECORD_/,
    message: 'has no effect: metrics are served to Prometheus and lines are written, neither is sent by OTLP',
  },
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
