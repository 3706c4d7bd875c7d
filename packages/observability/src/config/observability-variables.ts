import type { ConfigVariable } from './load-config.ts';
import { readScalar } from './substitution.ts';

// OpenTelemetry's names: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
const samplerStrategies: Readonly<Record<string, string>> = {
  always_on: 'always_on',
  always_off: 'always_off',
  traceidratio: 'probability',
  parentbased_traceidratio: 'parent_based',
  // With the default probability 1 it is exactly this sampler.
  parentbased_always_on: 'parent_based',
  parentbased_always_off: 'always_off',
};

const levelAliases: Readonly<Record<string, string>> = { WARN: 'WARNING', FATAL: 'CRITICAL', TRACE: 'DEBUG' };

/** The environment variables that set keys of the `observability:` section. */
export const observabilityVariables: Readonly<Record<string, ConfigVariable>> = {
  service_name: ['OTEL_SERVICE_NAME'],
  environment: { names: ['ENVIRONMENT'], read: String },
  version: { names: ['APP_VERSION'], read: String },
  'logging.level': { names: ['LOG_LEVEL'], read: readLevel },
  'metrics.port': ['METRICS_PORT'],
  'tracing.enabled': { names: ['OTEL_SDK_DISABLED'], read: (text) => text.trim().toLowerCase() !== 'true' },
  'tracing.sampling.strategy': { names: ['OTEL_TRACES_SAMPLER'], read: (text) => samplerStrategies[text] ?? text },
  'tracing.sampling.probability': ['OTEL_TRACES_SAMPLER_ARG'],
  // Whoever names a collector wants spans sent there.
  'tracing.exporters.otlp.enabled': {
    names: ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    read: () => true,
  },
  'tracing.exporters.otlp.endpoint': ['OTEL_EXPORTER_OTLP_ENDPOINT'],
  'tracing.exporters.otlp.traces_endpoint': ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'],
  'tracing.exporters.otlp.headers': {
    names: ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
    read: readHeaders,
  },
};

function readLevel(text: string): unknown {
  const upper = text.trim().toUpperCase();
  return levelAliases[upper] ?? upper;
}

/** `name=value,other=value` with percent-encoded values, as W3C baggage writes lists. */
function readHeaders(text: string): unknown {
  const headers: Record<string, string> = {};
  for (const part of text.split(',')) {
    const separator = part.indexOf('=');
    if (separator < 1) return readScalar(text);
    headers[decode(part.slice(0, separator))] = decode(part.slice(separator + 1));
  }
  return headers;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return text.trim();
  }
}
