import type { ConfigVariables } from './environment-layer.ts';
import { integrationVariables } from './integration-variables.ts';
import { otelVariables } from './otel-variables.ts';
import { otlpVariables } from './otlp-variables.ts';

const levelAliases: Readonly<Record<string, string>> = { WARN: 'WARNING', FATAL: 'CRITICAL', TRACE: 'DEBUG' };

/** The environment variables that set keys of the `observability:` section: OpenTelemetry's, those of the integrations and our own. */
export const observabilityVariables: ConfigVariables = {
  ...otelVariables,
  ...otlpVariables,
  ...integrationVariables,
  'logging.level': { names: ['LOG_LEVEL'], read: readLevel },
  'metrics.port': ['METRICS_PORT', 'OTEL_EXPORTER_PROMETHEUS_PORT'],
  'metrics.address': { names: ['OTEL_EXPORTER_PROMETHEUS_HOST'], read: (text) => text.trim() },
};

function readLevel(text: string): unknown {
  const upper = text.trim().toUpperCase();
  return levelAliases[upper] ?? upper;
}
