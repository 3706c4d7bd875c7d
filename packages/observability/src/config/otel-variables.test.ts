import { describe, expect, it } from 'vitest';
import { loadObservabilityConfig } from './observability-config.ts';
import type { ObservabilityConfig } from './schema.ts';

interface Outcome {
  readonly config: ObservabilityConfig;
  readonly warnings: readonly string[];
}

async function load(env: Record<string, string>, overrides: object = {}): Promise<Outcome> {
  const { config, warnings } = await loadObservabilityConfig({ env, overrides });
  return { config, warnings: warnings.map(({ where, message }) => `${where}: ${message}`) };
}

/** `'a.b=1'` of a configuration, as the tables below write it. */
function shown(config: ObservabilityConfig, key: string): unknown {
  return key.split('.').reduce<unknown>((tree, step) => Reflect.get(Object(tree), step), config);
}

describe('a variable of OpenTelemetry', () => {
  it.each<[Record<string, string>, string, unknown]>([
    [{ OTEL_SERVICE_NAME: 'shop' }, 'service_name', 'shop'],
    [{ OTEL_SERVICE_NAME: '17' }, 'service_name', '17'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=a%20b' }, 'service_name', 'a b'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'service.name=a', OTEL_SERVICE_NAME: 'b' }, 'service_name', 'b'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.0' }, 'version', '1.0'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.0', APP_VERSION: '2.0' }, 'version', '2.0'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging' }, 'environment', 'staging'],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=staging' }, 'environment', 'staging'],
    [
      { OTEL_RESOURCE_ATTRIBUTES: ' cloud.region = eu%2Cwest , service.name=x,k8s.pod.name=7, ' },
      'resource_attributes',
      { 'cloud.region': 'eu,west', 'k8s.pod.name': '7' },
    ],
    [{ OTEL_LOG_LEVEL: 'debug' }, 'logging.levels', { observability: 'DEBUG' }],
    [{ OTEL_LOG_LEVEL: 'WARN' }, 'logging.levels', { observability: 'WARNING' }],
    [{ OTEL_LOG_LEVEL: 'none' }, 'logging.levels', { observability: 'CRITICAL' }],
    [{ OTEL_SDK_DISABLED: 'True' }, 'tracing.enabled', false],
    [{ OTEL_SDK_DISABLED: 'false' }, 'tracing.enabled', true],
    [{ OTEL_PROPAGATORS: 'baggage, baggage' }, 'tracing.propagators', ['baggage']],
    [{ OTEL_PROPAGATORS: 'TraceContext,baggage' }, 'tracing.propagators', ['tracecontext', 'baggage']],
    [{ OTEL_PROPAGATORS: 'none' }, 'tracing.propagators', []],
    [{ OTEL_TRACES_SAMPLER: 'ALWAYS_OFF' }, 'tracing.sampling.strategy', 'always_off'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio' }, 'tracing.sampling.probability', 1],
    [
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
      'tracing.sampling',
      expect.objectContaining({ strategy: 'probability', probability: 0.25 }),
    ],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: ' .5 ' },
      'tracing.sampling',
      expect.objectContaining({ strategy: 'parent_based', probability: 0.5 }),
    ],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_always_on' },
      'tracing.sampling',
      expect.objectContaining({ strategy: 'parent_based', probability: 1 }),
    ],
    [
      { OTEL_TRACES_SAMPLER: 'parentbased_always_off' },
      'tracing.sampling',
      expect.objectContaining({ strategy: 'parent_based', probability: 0 }),
    ],
    [{ OTEL_BSP_SCHEDULE_DELAY: '250' }, 'performance.span_export_delay_seconds', 0.25],
    [{ OTEL_BSP_SCHEDULE_DELAY: '0' }, 'performance.span_export_delay_seconds', 0],
    [{ OTEL_BSP_EXPORT_TIMEOUT: '12000' }, 'performance.export_timeout_seconds', 12],
    [{ OTEL_BSP_EXPORT_TIMEOUT: '0' }, 'performance.export_timeout_seconds', 86_400],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: '7', OTEL_BSP_EXPORT_TIMEOUT: '9' }, 'performance.export_timeout_seconds', 0.007],
    [
      { OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '5', OTEL_EXPORTER_OTLP_TIMEOUT: '7' },
      'performance.export_timeout_seconds',
      0.005,
    ],
    [{ OTEL_BSP_MAX_QUEUE_SIZE: '10' }, 'performance.span_max_queue_size', 10],
    [{ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5' }, 'performance.span_batch_size', 5],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'metrics.exporters.otlp.enabled', true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'logging.exporters.otlp.enabled', true],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'logging.exporters.otlp.endpoint', 'http://c:4318'],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c/m' }, 'metrics.exporters.otlp.metrics_endpoint', 'http://c/m'],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c/m' }, 'metrics.exporters.otlp.enabled', true],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://c/m' }, 'tracing.exporters.otlp.enabled', false],
    [{ OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://c/l' }, 'logging.exporters.otlp.enabled', true],
    [
      { OTEL_LOGS_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
      'logging.exporters.otlp.enabled',
      false,
    ],
    [
      { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
      'metrics.exporters.otlp.enabled',
      false,
    ],
    [{ OTEL_METRICS_EXPORTER: 'otlp' }, 'metrics.exporters.otlp.enabled', true],
    [{ OTEL_METRICS_EXPORTER: 'otlp' }, 'metrics.enabled', true],
    [{ OTEL_LOGS_EXPORTER: 'console,otlp' }, 'logging.exporters.otlp.enabled', true],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'logging.exporters.otlp.protocol', 'grpc'],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'HTTP/JSON' }, 'tracing.exporters.otlp.protocol', 'http/json'],
    [
      { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/protobuf' },
      'metrics.exporters.otlp.protocol',
      'http/protobuf',
    ],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'none' }, 'metrics.exporters.otlp.compression', 'none'],
    [{ OTEL_EXPORTER_OTLP_LOGS_COMPRESSION: 'none' }, 'tracing.exporters.otlp.compression', 'gzip'],
    [{ OTEL_EXPORTER_OTLP_CERTIFICATE: ' /ca.pem ' }, 'logging.exporters.otlp.tls.ca_file', '/ca.pem'],
    [
      { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/c.pem', OTEL_EXPORTER_OTLP_CLIENT_KEY: '/k.pem' },
      'tracing.exporters.otlp.tls',
      { cert_file: '/c.pem', key_file: '/k.pem' },
    ],
    [{ OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'm=1' }, 'metrics.exporters.otlp.headers', { m: '1' }],
    [{ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'Delta' }, 'metrics.exporters.otlp.temporality', 'delta'],
    [
      { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'lowmemory' },
      'metrics.exporters.otlp.temporality',
      'lowmemory',
    ],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '2500' }, 'export.metrics_interval_seconds', 2.5],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' http://c:4318 ' }, 'tracing.exporters.otlp.endpoint', 'http://c:4318'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'tracing.exporters.otlp.enabled', true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/t' }, 'tracing.exporters.otlp.traces_endpoint', 'http://c/t'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/t' }, 'tracing.exporters.otlp.enabled', true],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'a=1,b=x%3Dy' }, 'tracing.exporters.otlp.headers', { a: '1', b: 'x=y' }],
    [
      { OTEL_EXPORTER_OTLP_TRACES_HEADERS: 'c=3', OTEL_EXPORTER_OTLP_HEADERS: 'a=1' },
      'tracing.exporters.otlp.headers',
      { c: '3' },
    ],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'tracing.exporters.otlp.enabled', true],
    [{ OTEL_TRACES_EXPORTER: 'console' }, 'tracing.exporters.console.enabled', true],
    [{ OTEL_TRACES_EXPORTER: 'otlp, logging' }, 'tracing.exporters.console.enabled', true],
    [{ OTEL_TRACES_EXPORTER: 'jaeger' }, 'tracing.exporters.jaeger.enabled', true],
    [
      { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
      'tracing.exporters.otlp.enabled',
      false,
    ],
    [
      { OTEL_TRACES_EXPORTER: 'zipkin', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
      'tracing.exporters.otlp.enabled',
      true,
    ],
    [{ OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '7' }, 'tracing.limits.attributes', 7],
    [{ OTEL_ATTRIBUTE_COUNT_LIMIT: '7', OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '0' }, 'tracing.limits.attributes', 0],
    [{ OTEL_ATTRIBUTE_COUNT_LIMIT: '7' }, 'tracing.limits.event_attributes', 7],
    [{ OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '9' }, 'tracing.limits.attribute_value_length', 9],
    [{ OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: '9' }, 'tracing.limits.attribute_value_length', 9],
    [{ OTEL_SPAN_EVENT_COUNT_LIMIT: '3' }, 'tracing.limits.events', 3],
    [{ OTEL_SPAN_LINK_COUNT_LIMIT: '3' }, 'tracing.limits.links', 3],
    [{ OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: '3' }, 'tracing.limits.event_attributes', 3],
    [{ OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: '3' }, 'tracing.limits.link_attributes', 3],
    [{ OTEL_METRICS_EXPORTER: 'prometheus' }, 'metrics.enabled', true],
    [{ OTEL_METRICS_EXPORTER: 'none' }, 'metrics.enabled', false],
    [{ OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0' }, 'metrics.address', '0.0.0.0'],
    [{ OTEL_EXPORTER_PROMETHEUS_PORT: '9464' }, 'metrics.port', 9464],
    [{ OTEL_EXPORTER_PROMETHEUS_PORT: '9464', METRICS_PORT: '0' }, 'metrics.port', 0],
  ])('%j sets %s', async (env, key, expected) => {
    const { config } = await load(env);
    expect(shown(config, key)).toEqual(expected);
  });

  const names = [
    ...['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES', 'OTEL_SDK_DISABLED', 'OTEL_LOG_LEVEL', 'OTEL_PROPAGATORS'],
    ...['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG', 'OTEL_TRACES_EXPORTER', 'OTEL_METRICS_EXPORTER'],
    ...['OTEL_BSP_SCHEDULE_DELAY', 'OTEL_BSP_EXPORT_TIMEOUT', 'OTEL_BSP_MAX_QUEUE_SIZE'],
    ...['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_HEADERS'],
    ...['OTEL_EXPORTER_OTLP_TIMEOUT', 'OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_PROMETHEUS_PORT'],
  ];

  it('that is empty is as good as not set', async () => {
    const empty = Object.fromEntries(names.map((name, index) => [name, index % 2 === 0 ? '' : '  ']));
    expect(await load(empty)).toEqual(await load({}));
  });

  it('adds attributes and levels to those of other layers instead of replacing them', async () => {
    const { config } = await load(
      { OTEL_RESOURCE_ATTRIBUTES: 'a.b=env,c=env', OTEL_LOG_LEVEL: 'error' },
      { resource_attributes: { c: 'given', d: 'given' }, logging: { levels: { shop: 'DEBUG' } } },
    );
    expect(config.resource_attributes).toEqual({ 'a.b': 'env', c: 'given', d: 'given' });
    expect(config.logging.levels).toEqual({ observability: 'ERROR', shop: 'DEBUG' });
  });

  it('that does not switch off leaves what the file says', async () => {
    const { config } = await load({ OTEL_SDK_DISABLED: 'false' }, { tracing: { enabled: false } });
    expect(config.tracing.enabled).toBe(false);
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ OTEL_PROPAGATORS: 'tracecontext,b3,baggage' }, /^environment OTEL_PROPAGATORS: knows .*came "b3", left out$/],
    [{ OTEL_PROPAGATORS: 'bagage' }, /did you mean "baggage"/],
    [{ OTEL_TRACES_SAMPLER: 'jaeger_remote' }, /^environment OTEL_TRACES_SAMPLER: knows always_on, /],
    [{ OTEL_TRACES_SAMPLER_ARG: '0.5' }, /^environment OTEL_TRACES_SAMPLER_ARG: has no effect without/],
    [{ OTEL_TRACES_SAMPLER: 'always_on', OTEL_TRACES_SAMPLER_ARG: 'x' }, /SAMPLER_ARG: has no effect without/],
    [{ OTEL_TRACES_EXPORTER: 'zipkin' }, /^environment OTEL_TRACES_EXPORTER: .*came "zipkin"/],
    [{ OTEL_SDK_DISABLED: 'yes' }, /^environment OTEL_SDK_DISABLED: .*not disabled/],
    [{ OTEL_LOG_LEVEL: 'loud' }, /^environment OTEL_LOG_LEVEL: knows /],
    [{ OTEL_METRICS_EXPORTER: 'console' }, /^environment OTEL_METRICS_EXPORTER: .*came "console"/],
    [{ OTEL_LOGS_EXPORTER: 'syslog' }, /^environment OTEL_LOGS_EXPORTER: .*came "syslog"/],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobufs' }, /did you mean "http\/protobuf"/],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd' }, /knows gzip, none, came "zstd"/],
    [{ OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'deltas' }, /did you mean "delta"/],
    [{ OTEL_EXPORTER_OTLP_INSECURE: 'true' }, /http:\/\/ or https:\/\/ in the endpoint decides/],
    [{ OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '1' }, /OTEL_EXPORTER_OTLP_TIMEOUT sets it/],
    [{ OTEL_METRIC_EXPORT_TIMEOUT: '1' }, /OTEL_EXPORTER_OTLP_TIMEOUT sets it/],
    [
      { OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram' },
      /metrics\.native_histograms/,
    ],
    [{ OTEL_BLRP_SCHEDULE_DELAY: '1' }, /OTEL_BSP_\* sets/],
    [{ OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: '1' }, /has no effect/],
    [{ OTEL_EXPORTER_ZIPKIN_ENDPOINT: 'http://z' }, /has no effect/],
    [{ OTEL_METRICS_EXEMPLAR_FILTER: 'always_on' }, /trace_based/],
    [{ OTEL_CONFIG_FILE: '/x.yaml' }, /OBSERVABILITY_CONFIG/],
  ])('%j is told in one sentence and left out', async (env, message) => {
    const { config, warnings } = await load(env);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(message);
    expect(config).toEqual((await load({})).config);
  });

  it.each<Record<string, string>>([
    { OTEL_LOGS_EXPORTER: 'none, console' },
    { OTEL_METRICS_EXPORTER: 'prometheus' },
    { OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'explicit_bucket_histogram' },
    { OTEL_METRICS_EXEMPLAR_FILTER: 'trace_based' },
    { OTEL_SOMETHING_ELSE: 'x' },
  ])('%j changes nothing and is not worth a word', async (env) => {
    expect(await load(env)).toEqual(await load({}));
  });

  it.each<[Record<string, string>, RegExp]>([
    [{ OTEL_BSP_SCHEDULE_DELAY: '-5' }, /^environment OTEL_BSP_SCHEDULE_DELAY .*whole milliseconds.*came "-5"$/],
    [{ OTEL_BSP_SCHEDULE_DELAY: '5s' }, /came "5s"/],
    [{ OTEL_BSP_EXPORT_TIMEOUT: '99999999999' }, /milliseconds from 0 to 2147483647/],
    [
      { OTEL_BSP_MAX_QUEUE_SIZE: '0' },
      /^environment OTEL_BSP_MAX_QUEUE_SIZE observability.performance.span_max_queue_size: expected/,
    ],
    [{ OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '1.5' }, /expected a whole number, came 1.5/],
    [
      { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' },
      /^environment OTEL_TRACES_SAMPLER_ARG observability.tracing.sampling.probability: expected a number of at most 1, came 2$/,
    ],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: 'half' }, /expected a number, came "half"/],
    [{ OTEL_METRIC_EXPORT_INTERVAL: '0' }, /export\.metrics_interval_seconds: expected a number above 0, came 0$/],
    [{ OTEL_EXPORTER_OTLP_HEADERS: 'Bearer hunter2' }, /^environment OTEL_EXPORTER_OTLP_HEADERS .*not shown/],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'a=b,hunter2' }, /^environment OTEL_RESOURCE_ATTRIBUTES .*not shown/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'user:hunter2@collector:4317' }, /came "\(set\)@collector:4317"$/],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317?key=hunter2' }, /came "collector:4317\?/],
    [
      { OTEL_EXPORTER_PROMETHEUS_PORT: 'http' },
      /^environment OTEL_EXPORTER_PROMETHEUS_PORT observability.metrics.port: expected/,
    ],
  ])('%j is refused, naming what was expected and no secret', async (env, message) => {
    const loading = load(env);
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.not.toThrow(/hunter2/);
  });

  it('is wrong once, although it sets keys of three signals', async () => {
    await expect(load({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).rejects.toMatchObject({
      problems: [{ where: 'environment OTEL_EXPORTER_OTLP_ENDPOINT' }],
    });
  });

  it('has its problems told together with those of the others', async () => {
    await expect(
      load({ OTEL_BSP_SCHEDULE_DELAY: 'x', OTEL_BSP_EXPORT_TIMEOUT: 'y', LOG_LEVEL: 'loud' }),
    ).rejects.toMatchObject({
      problems: [
        { key: 'observability.logging.level' },
        { key: 'observability.performance.export_timeout_seconds' },
        { key: 'observability.performance.span_export_delay_seconds' },
      ],
    });
  });
});
