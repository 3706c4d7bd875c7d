import { z } from 'zod';
import { logLevels } from '../logs/level.ts';
import { defaultRedactFields } from '../redaction/default-fields.ts';

const port = z.int().min(0).max(65_535);
const fraction = z.number().min(0).max(1);
const seconds = z.number().positive();
const metricName = z.string().regex(/^[a-zA-Z_:][\w:]*$/, 'a metric name');
const buckets = z
  .array(z.number())
  .min(1)
  .refine(
    (bounds) => bounds.every((bound, index) => index === 0 || bound > (bounds[index - 1] ?? 0)),
    'ascending bounds',
  );
const address = z.url().refine((url) => {
  // The check before has already said so.
  if (!URL.canParse(url)) return true;
  const { protocol, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}, 'an address starting with http:// or https://, without user and password');
const headers = z
  .record(z.string(), z.string())
  .refine((entries) => Object.entries(entries).every(isHeader), 'names and values that fit into HTTP headers');

/** As fetch judges them, which would otherwise refuse every export, quoting the value. */
function isHeader(entry: [string, string]): boolean {
  try {
    new Headers([entry]);
    return true;
  } catch {
    return false;
  }
}

/** `true` is refused with a sentence instead of being accepted and forgotten. */
function notYetAvailable(what: string): z.ZodDefault<z.ZodLiteral<false>> {
  return z.literal(false, `false (${what} is not part of this version)`).default(false);
}

const logOutputs = z.strictObject({
  /** stdout, or stderr where stdout carries results. */
  standard: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
  file: z
    .strictObject({
      enabled: z.boolean().default(false),
      path: z.string().min(1).default('logs/service.log'),
      /** The file is moved aside (name.1, name.2 …) before it grows beyond this. */
      max_bytes: z.int().min(1_024).default(104_857_600),
      /** Files kept beside the current one. */
      max_files: z.int().min(0).max(1_000).default(5),
      rotate_every: z.enum(['never', 'hour', 'day']).default('never'),
    })
    .prefault({}),
  /** Any pino transport by the name of its package; needs pino to be installed. */
  pino_transports: z
    .array(z.strictObject({ target: z.string().min(1), options: z.record(z.string(), z.unknown()).default({}) }))
    .default([]),
});

const backpressure = z.strictObject({
  /**
   * What happens to lines a slow reader leaves no room for: drop_new keeps the first, drop_oldest the last, block makes the
   * program wait. All that is dropped is counted.
   */
  policy: z.enum(['block', 'drop_oldest', 'drop_new']).default('drop_new'),
  max_buffered_bytes: z.int().min(65_536).default(8_388_608),
  /** Longest wait of one line with `block`; then it is dropped and counted. */
  block_seconds: seconds.max(60).default(1),
});

const logging = z.strictObject({
  level: z.enum(logLevels).default('INFO'),
  /** Levels of single loggers, by name; a name covers the names below it. */
  levels: z.record(z.string().min(1), z.enum(logLevels)).default({}),
  /** auto: readable on a terminal, JSON everywhere else. */
  format: z.enum(['json', 'console', 'auto']).default('auto'),
  default_fields: z.record(z.string(), z.unknown()).default({}),
  sampling: z
    .strictObject({
      enabled: z.boolean().default(false),
      /** Share of DEBUG and INFO lines kept; WARNING and above are always kept. */
      rate: fraction.default(0.1),
    })
    .prefault({}),
  /** Identical lines beyond `burst` in a window are held back, and how many there were is told afterwards. */
  throttling: z
    .strictObject({
      enabled: z.boolean().default(true),
      burst: z.int().positive().default(100),
      window_seconds: seconds.default(10),
    })
    .prefault({}),
  /** Remembers the DEBUG lines of every traced operation and writes them when it fails. */
  debug_on_failure: z
    .strictObject({
      enabled: z.boolean().default(false),
      lines_per_operation: z.int().positive().max(10_000).default(200),
      operations: z.int().positive().max(10_000).default(100),
    })
    .prefault({}),
  redact_fields: z.array(z.string().min(1)).default([...defaultRedactFields]),
  redaction: z
    .strictObject({
      /** Removed values become pseudonyms, the same one each time, made with this key. */
      pseudonym_key: z.string().min(16).optional(),
      /** Name the places from which something was removed, in the field `redacted`. */
      list_paths: z.boolean().default(false),
    })
    .prefault({}),
  outputs: logOutputs.prefault({}),
  backpressure: backpressure.prefault({}),
});

const metrics = z.strictObject({
  enabled: z.boolean().default(true),
  port: port.default(9090),
  address: z.string().min(1).default('127.0.0.1'),
  path: z.string().startsWith('/').default('/metrics'),
  /** How often gauges that have to be asked for are refreshed, by gauge. */
  collection_intervals_seconds: z.record(metricName, seconds).default({}),
  histogram_buckets: z.record(metricName, buckets).default({}),
  /** Histograms that also keep exponential (native) buckets. */
  native_histograms: z.array(metricName).default([]),
  /** Series not touched for this long are folded into `__other__`, by metric. */
  series_expiry_seconds: z.record(metricName, seconds).default({}),
  /** Longest wait for all collectors of a scrape together; a scraper that gives up earlier wins. */
  collector_timeout_seconds: seconds.default(1),
});

const tracing = z.strictObject({
  enabled: z.boolean().default(true),
  sampling: z
    .strictObject({
      /** `parent_based` follows the caller and decides like `probability` where there is none. */
      strategy: z.enum(['always_on', 'always_off', 'probability', 'parent_based', 'tail']).default('always_on'),
      /** Share of traces kept by `probability`, and of unremarkable ones by `tail`. */
      probability: fraction.default(1),
      /** `tail` keeps every trace at least this slow, and every one with an error. */
      slow_seconds: seconds.default(5),
      /** `tail` decides a trace that is still open after this long. */
      decision_seconds: seconds.default(30),
      /** Most traces and bytes that `tail` holds; beyond them the oldest trace is decided early. */
      max_open_traces: z.int().positive().default(1_000),
      max_held_bytes: z.int().min(65_536).default(33_554_432),
    })
    .prefault({}),
  /** What is read from and sent to other services: W3C trace context, W3C baggage. */
  propagators: z.array(z.enum(['tracecontext', 'baggage'])).default(['tracecontext', 'baggage']),
  exporters: z
    .strictObject({
      console: z.strictObject({ enabled: z.boolean().default(false) }).prefault({}),
      otlp: z
        .strictObject({
          enabled: z.boolean().default(false),
          endpoint: address.default('http://127.0.0.1:4318'),
          /** The whole address for traces, where it is not `<endpoint>/v1/traces`. */
          traces_endpoint: address.optional(),
          headers: headers.default({}),
        })
        .prefault({}),
      jaeger: z
        .strictObject({
          enabled: z.boolean().default(false),
          /** Jaeger's own OTLP/HTTP port. */
          endpoint: address.default('http://127.0.0.1:4318'),
        })
        .prefault({}),
    })
    .prefault({}),
  instrumentation: z
    .strictObject({
      /** Spans for requests served. */
      http_server: z.boolean().default(true),
      /** Send `traceparent` along with requests made. */
      http_client: z.boolean().default(true),
    })
    .prefault({}),
});

const health = z.strictObject({
  enabled: z.boolean().default(true),
  endpoint: z.string().startsWith('/').default('/health'),
  checks: z.array(z.string().min(1)).default(['store', 'queue', 'data_sources', 'exporters']),
  timeout_seconds: seconds.default(2),
});

const alert = z.strictObject({
  threshold: z.number(),
  /** A Prometheus duration such as 5m. */
  window: z.string().regex(/^\d+(?:ms|s|m|h|d)$/, 'a duration such as 5m'),
  severity: z.enum(['info', 'warning', 'critical']).default('warning'),
});

const performance = z.strictObject({
  export_timeout_seconds: seconds.default(30),
  span_batch_size: z.int().positive().default(512),
  span_max_queue_size: z.int().positive().default(2048),
  span_export_delay_seconds: seconds.default(5),
  shutdown_timeout_seconds: seconds.default(2),
});

const integration = (name: string) => z.strictObject({ enabled: notYetAvailable(name) }).prefault({});

const integrations = z.strictObject({
  prometheus_remote_write: integration('prometheus_remote_write'),
  grafana_cloud: integration('grafana_cloud'),
  datadog: integration('datadog'),
  newrelic: integration('newrelic'),
  loki: integration('loki'),
  elasticsearch: integration('elasticsearch'),
});

/** The `observability:` section: every key, what it may hold and its default. */
export const observabilitySchema = z.strictObject({
  service_name: z.string().min(1).default('unknown_service'),
  environment: z.string().min(1).default('development'),
  version: z.string().min(1).default('unknown'),
  /** Further attributes of the service on every span, e.g. `cloud.region`. */
  resource_attributes: z.record(z.string().min(1), z.string()).default({}),
  logging: logging.prefault({}),
  metrics: metrics.prefault({}),
  tracing: tracing.prefault({}),
  health: health.prefault({}),
  /** Thresholds by alert name. */
  alerts: z.record(z.string().regex(/^[a-z][a-z0-9_]*$/, 'a snake_case name'), alert).default({}),
  performance: performance.prefault({}),
  integrations: integrations.prefault({}),
  /** When levels, sampling and redaction are read again from the file while the program runs. */
  reload: z.strictObject({ on_sighup: z.boolean().default(true), watch_file: z.boolean().default(true) }).prefault({}),
});

/** The `observability:` section with every default filled in. */
export type ObservabilityConfig = z.output<typeof observabilitySchema>;

/** The `observability:` section as it may be written: every key optional. */
export type ObservabilityConfigInput = z.input<typeof observabilitySchema>;
