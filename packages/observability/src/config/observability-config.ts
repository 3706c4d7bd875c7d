import type { ConfigWarning } from './environment-layer.ts';
import { type LoadedConfig, loadConfigWithOrigins } from './load-config.ts';
import type { ObservabilityConfig } from './schema.ts';
import type { Environment } from './substitution.ts';

/** Where the `observability:` section comes from. */
export interface ObservabilityConfigOptions {
  /** Path of the YAML file. @default the environment's OBSERVABILITY_CONFIG, else no file */
  readonly file?: string | undefined;
  /** From the command line, e.g. `{ logging: { level: 'DEBUG' } }`. */
  readonly overrides?: object | undefined;
  /** @default process.env */
  readonly env?: Environment | undefined;
}

/**
 * The `observability:` section with environment and defaults filled in, and where each value came from.
 *
 * Of OpenTelemetry's variables these hold; an empty one counts as not set, and milliseconds become seconds:
 *
 * | variable (the first that is set wins) | key |
 * |---|---|
 * | `OTEL_SERVICE_NAME`, `service.name` in `OTEL_RESOURCE_ATTRIBUTES` | `service_name` |
 * | `ENVIRONMENT`, `deployment.environment.name` there | `environment` |
 * | `APP_VERSION`, `service.version` there | `version` |
 * | the other attributes there | `resource_attributes`, beside those of the file |
 * | `OTEL_LOG_LEVEL` | `logging.levels.observability`: what the library says about itself |
 * | `OTEL_SDK_DISABLED` | `true`: `tracing.enabled: false`, and nothing is sent anywhere |
 * | `OTEL_PROPAGATORS` | `tracing.propagators` |
 * | `OTEL_TRACES_SAMPLER`, `…_ARG` | `tracing.sampling.strategy`, `.probability` |
 * | `OTEL_TRACES_EXPORTER`, `OTEL_METRICS_EXPORTER`, `OTEL_LOGS_EXPORTER` | `enabled` of that signal's exporters, on and off; `OTEL_METRICS_EXPORTER=none` also `metrics.enabled: false` |
 * | `OTEL_EXPORTER_OTLP_ENDPOINT` | `endpoint` of all three `exporters.otlp`, and switches them on unless the variable above says otherwise |
 * | `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `…_METRICS_…`, `…_LOGS_…` | `exporters.otlp.traces_endpoint` and so on, and switches that one on |
 * | `OTEL_EXPORTER_OTLP_HEADERS`, `_PROTOCOL`, `_COMPRESSION`, `_CERTIFICATE`, `_CLIENT_CERTIFICATE`, `_CLIENT_KEY`, or with `TRACES_`, `METRICS_`, `LOGS_` before the last part | `headers`, `protocol`, `compression`, `tls.ca_file`, `tls.cert_file`, `tls.key_file` of `exporters.otlp` |
 * | `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE` | `metrics.exporters.otlp.temporality` |
 * | `OTEL_METRIC_EXPORT_INTERVAL` | `export.metrics_interval_seconds` |
 * | `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT`, `OTEL_BSP_EXPORT_TIMEOUT` | `performance.export_timeout_seconds` |
 * | `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BSP_MAX_EXPORT_BATCH_SIZE` | `performance.span_*` |
 * | `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`, `OTEL_ATTRIBUTE_COUNT_LIMIT` and the six like them | `tracing.limits` |
 * | `METRICS_PORT`, `OTEL_EXPORTER_PROMETHEUS_PORT`, `OTEL_EXPORTER_PROMETHEUS_HOST` | `metrics.port`, `.address` |
 *
 * Keys of receivers are taken from `GRAFANA_CLOUD_API_KEY` (`_INSTANCE_ID`, `_OTLP_ENDPOINT`), `DD_API_KEY` (`DD_SITE`),
 * `NEW_RELIC_LICENSE_KEY`, `ELASTIC_API_KEY`, `ELASTIC_APM_SECRET_TOKEN` (`ELASTIC_OTLP_ENDPOINT`); they switch nothing on.
 * `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` hold for all that is sent.
 *
 * A name we do not know in a closed list, and a variable that asks for what this version does not do, is left out and told in
 * `warnings`, as OpenTelemetry asks. A number or list that is none is a problem like any other: more than OpenTelemetry
 * asks, because a service that starts with half of what was meant is found out too late.
 *
 * @throws ConfigError with every problem at once
 */
export async function loadObservabilityConfig(
  options: ObservabilityConfigOptions = {},
): Promise<LoadedConfig<ObservabilityConfig>> {
  const env = options.env ?? process.env;
  // Here and not at the top: the schema library costs more to load than everything else an importer may need.
  const [{ observabilitySchema }, { observabilityVariables }, { findUnsupported }] = await Promise.all([
    import('./schema.ts'),
    import('./observability-variables.ts'),
    import('./unsupported-variables.ts'),
  ]);
  const loaded = await loadConfigWithOrigins({
    file: configFileOf(options),
    schema: observabilitySchema,
    rootKey: 'observability',
    env,
    variables: observabilityVariables,
    overrides: options.overrides,
  });
  return { ...loaded, warnings: unique([...loaded.warnings, ...findUnsupported(env)]) };
}

/** One variable may set keys of several signals, and is wrong for each of them. */
function unique(warnings: readonly ConfigWarning[]): readonly ConfigWarning[] {
  return [...new Map(warnings.map((warning) => [`${warning.where} ${warning.message}`, warning])).values()];
}

/** The file that is read: the one given, else the environment's OBSERVABILITY_CONFIG, else none. */
export function configFileOf({ file, env = process.env }: ObservabilityConfigOptions): string | undefined {
  return file ?? (env['OBSERVABILITY_CONFIG'] || undefined);
}

/**
 * The schema of the `observability:` section, for documentation and editors. Asynchronous because the schema library is
 * loaded only by those who ask.
 */
export async function readObservabilitySchema(): Promise<typeof import('./schema.ts').observabilitySchema> {
  return (await import('./schema.ts')).observabilitySchema;
}
