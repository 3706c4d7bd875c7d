import { z } from 'zod';
import { exportSchema } from './export-schema.ts';
import { otlpMetrics } from './exporter-schema.ts';
import { integrationsSchema } from './integrations-schema.ts';
import { loggingSchema } from './logging-schema.ts';
import { metricsAccess, metricsMerge, metricsReceiver } from './metrics-server-schema.ts';
import { buckets, metricName, mostSeconds, port, seconds } from './schema-parts.ts';
import { tracingSchema } from './tracing-schema.ts';

/** Attributes of the service that have a key of their own, and what that is called. */
export const identityAttributes: Readonly<Record<string, string>> = {
  'service.name': 'service_name',
  'service.version': 'version',
  'deployment.environment.name': 'environment',
};

const resourceAttributes = z
  .record(z.string().min(1), z.string())
  .refine(
    (attributes) => Object.keys(identityAttributes).every((name) => !Object.hasOwn(attributes, name)),
    'names without a key of their own (service.name is service_name, service.version is version, deployment.environment.name is environment)',
  );

const metrics = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Also measure the process itself (CPU, memory, event loop).'),
    port: port.default(9090).describe('Where /metrics is served; 0 takes any free port.'),
    address: z.string().min(1).default('127.0.0.1').describe('0.0.0.0 for every interface.'),
    path: z.string().startsWith('/').default('/metrics').describe('Where the metrics stand.'),
    collection_intervals_seconds: z
      .record(metricName, seconds)
      .default({})
      .describe('How often gauges that have to be asked for are refreshed, by gauge.'),
    histogram_buckets: z
      .record(metricName, buckets)
      .default({})
      .describe('Other bucket bounds by metric, e.g. request_seconds: [0.5, 1, 5].'),
    native_histograms: z
      .array(metricName)
      .default([])
      .describe('Histograms that also keep exponential (native) buckets.'),
    series_expiry_seconds: z
      .record(metricName, seconds)
      .default({})
      .describe('Series not touched for this long are folded into __other__, by metric.'),
    collector_timeout_seconds: seconds
      .default(1)
      .describe('Longest wait for all collectors of a scrape together; a scraper that gives up earlier wins.'),
    exporters: z
      .strictObject({ otlp: otlpMetrics })
      .prefault({})
      .describe('Where metrics are sent, besides being served.'),
    access: metricsAccess,
    receiver: metricsReceiver,
    merge: metricsMerge,
  })
  .prefault({})
  .describe('Metrics.');

const health = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Answer whether the service is well.'),
    endpoint: z.string().startsWith('/').default('/health').describe('Where the answer stands.'),
    checks: z
      .array(z.string().min(1))
      .default(['store', 'queue', 'data_sources', 'exporters'])
      .describe('Which parts are asked.'),
    timeout_seconds: seconds.default(2).describe('A check that takes longer counts as down.'),
  })
  .prefault({})
  .describe('Health checks.');

const alert = z.strictObject({
  threshold: z.number().describe('Beyond it the alert fires.'),
  window: z
    .string()
    .regex(/^\d+(?:ms|s|m|h|d)$/, 'a duration such as 5m')
    .describe('A Prometheus duration such as 5m.'),
  severity: z.enum(['info', 'warning', 'critical']).default('warning').describe('How urgent it is.'),
});

const performance = z
  .strictObject({
    export_timeout_seconds: seconds.default(30).describe('Longest wait for the answer of a receiver.'),
    span_batch_size: z.int().positive().default(512).describe('Spans or lines sent at once.'),
    span_max_queue_size: z
      .int()
      .positive()
      .default(2048)
      .describe('Spans or lines that wait in memory for a receiver that fails; beyond it they wait on disk.'),
    span_export_delay_seconds: z
      .number()
      .min(0)
      .max(mostSeconds)
      .default(5)
      .describe('Longest wait of a span for others to fill its batch.'),
    shutdown_timeout_seconds: seconds.default(2).describe('A shutdown takes no longer, however dead the backends are.'),
  })
  .prefault({})
  .describe('Limits of what telemetry may cost.');

const reload = z
  .strictObject({
    on_sighup: z
      .boolean()
      .default(true)
      .describe(
        'Read the file again on SIGHUP, unless the process belongs to a terminal, whose closing it means there.',
      ),
    watch_file: z.boolean().default(true).describe('Read the file again when it changes.'),
  })
  .prefault({})
  .describe('When levels, sampling, throttling and redaction are read again from the file while the program runs.');

/** The `observability:` section: every key, what it may hold and its default. */
export const observabilitySchema = z.strictObject({
  service_name: z.string().min(1).default('unknown_service').describe('On every line, span and build_info.'),
  environment: z.string().min(1).default('development').describe('Where the service runs, e.g. production.'),
  version: z.string().min(1).default('unknown').describe('Version of the service.'),
  resource_attributes: resourceAttributes
    .default({})
    .describe('Further attributes of the service on every span, e.g. cloud.region.'),
  logging: loggingSchema,
  metrics,
  tracing: tracingSchema,
  health,
  alerts: z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'a snake_case name'), alert)
    .default({})
    .describe('Thresholds by alert name.'),
  performance,
  export: exportSchema,
  integrations: integrationsSchema,
  reload,
});

/** The `observability:` section with every default filled in. */
export type ObservabilityConfig = z.output<typeof observabilitySchema>;

/** The `observability:` section as it may be written: every key optional. */
export type ObservabilityConfigInput = z.input<typeof observabilitySchema>;
