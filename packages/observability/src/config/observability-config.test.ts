import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadObservabilityConfig } from './observability-config.ts';
import { observabilitySchema } from './schema.ts';

const shipped = fileURLToPath(new URL('../../../../configs/observability.yaml', import.meta.url));

describe('the observability section', () => {
  it('has a default for everything', async () => {
    const { config } = await loadObservabilityConfig({ env: {} });
    expect(config).toMatchObject({
      logging: { level: 'INFO', format: 'auto', sampling: { enabled: false, rate: 0.1 } },
      metrics: { enabled: true, port: 9090, path: '/metrics' },
      tracing: { enabled: true, sampling: { strategy: 'always_on', probability: 1 } },
      performance: { export_timeout_seconds: 30, span_batch_size: 512, shutdown_timeout_seconds: 2 },
    });
  });

  it('is shipped as a file whose values are the defaults, names and thresholds apart', async () => {
    const { config } = await loadObservabilityConfig({ file: shipped, env: {} });
    const { service_name: _name, version: _version, alerts, metrics, ...rest } = config;
    const {
      service_name: _1,
      version: _2,
      alerts: _3,
      metrics: defaultMetrics,
      ...defaults
    } = observabilitySchema.parse({});
    expect(rest).toEqual(defaults);
    expect({ ...metrics, collection_intervals_seconds: {} }).toEqual(defaultMetrics);
    expect(Object.keys(alerts)).toHaveLength(5);
  });

  it('honours the variables of OpenTelemetry and our own', async () => {
    const { config, origins } = await loadObservabilityConfig({
      file: shipped,
      env: {
        OTEL_SERVICE_NAME: 'shop',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
        OTEL_EXPORTER_OTLP_HEADERS: 'x-team=core,x-note=a%20b',
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: '0.25',
        LOG_LEVEL: 'warn',
        ENVIRONMENT: 'staging',
        APP_VERSION: '2.0',
        METRICS_PORT: '0',
      },
    });
    expect(config).toMatchObject({
      service_name: 'shop',
      environment: 'staging',
      version: '2.0',
      logging: { level: 'WARNING' },
      metrics: { port: 0 },
      tracing: {
        sampling: { strategy: 'parent_based', probability: 0.25 },
        exporters: {
          otlp: {
            enabled: true,
            endpoint: 'http://collector:4318',
            headers: { 'x-team': 'core', 'x-note': 'a b' },
          },
        },
      },
    });
    expect(origins.get('logging.level')).toBe('environment LOG_LEVEL');
  });

  it('is switched off by OTEL_SDK_DISABLED', async () => {
    const { config } = await loadObservabilityConfig({ env: { OTEL_SDK_DISABLED: 'true' } });
    expect(config.tracing.enabled).toBe(false);
  });

  it('takes the file named by OBSERVABILITY_CONFIG', async () => {
    const { config } = await loadObservabilityConfig({ env: { OBSERVABILITY_CONFIG: shipped } });
    expect(config.service_name).toBe('autotrader');
  });

  it('refuses an integration that does not exist yet instead of forgetting it', async () => {
    await expect(
      loadObservabilityConfig({ env: {}, overrides: { integrations: { datadog: { enabled: true } } } }),
    ).rejects.toThrow(
      /integrations.datadog.enabled: expected false \(datadog is not part of this version\), came true/,
    );
  });

  it.each([
    [{ endpoint: 'localhost:4318' }, /otlp.endpoint: expected an address starting with http/],
    [{ endpoint: 'no address' }, /otlp.endpoint: expected a URL such as http:\/\/127.0.0.1:4318, came "no address"$/],
    [{ endpoint: 'ftp://h' }, /otlp.endpoint: expected an address starting with http/],
    [{ traces_endpoint: 'http://u:hunter2@h/v1' }, /otlp.traces_endpoint: expected an address starting with http/],
    [{ headers: { 'bad name': 'x' } }, /otlp.headers: expected names and values that fit into HTTP headers/],
    [{ headers: { 'x-api-key': 'hunter2\nhunter2' } }, /otlp.headers: expected names and values that fit into HTTP/],
  ])('refuses what no exporter could use: %j', async (otlp, message) => {
    const loading = loadObservabilityConfig({ env: {}, overrides: { tracing: { exporters: { otlp } } } });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.not.toThrow(/hunter2/);
  });

  it('takes header values with the line end of the file they were read from', async () => {
    const env = { OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=abc%0A' };
    const { config } = await loadObservabilityConfig({ env });
    expect(config.tracing.exporters.otlp.headers).toEqual({ 'x-api-key': 'abc\n' });
  });

  it('refuses descending buckets', async () => {
    await expect(
      loadObservabilityConfig({ env: {}, overrides: { metrics: { histogram_buckets: { x_seconds: [2, 1] } } } }),
    ).rejects.toThrow(/expected ascending bounds, came a list of 2/);
  });
});
