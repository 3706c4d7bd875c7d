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

  it('sends nothing anywhere, traces, metrics or lines, where OTEL_SDK_DISABLED is true', async () => {
    const env = {
      OTEL_SDK_DISABLED: 'true',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_TRACES_EXPORTER: 'otlp,console',
    };
    const { config } = await loadObservabilityConfig({ env });
    const { exporters } = config.tracing;
    const sections = [exporters.otlp, exporters.console, exporters.jaeger, config.metrics.exporters.otlp];
    const all = [...sections, config.logging.exporters.otlp, ...Object.values(config.integrations)];
    expect(all.filter(({ enabled }) => enabled)).toEqual([]);
  });

  it.each([
    ['grafana_cloud', ['endpoint', 'instance_id', 'api_key'], 'GRAFANA_CLOUD_API_KEY'],
    ['datadog', ['api_key'], 'DD_API_KEY'],
    ['newrelic', ['license_key'], 'NEW_RELIC_LICENSE_KEY'],
    ['elasticsearch', ['endpoint', 'api_key'], 'ELASTIC_API_KEY'],
  ])('does not start with %s and without what it needs, and says how to give it', async (name, keys, variable) => {
    const loading = loadObservabilityConfig({ env: {}, overrides: { integrations: { [name]: { enabled: true } } } });
    const message = `expected a value because enabled is true (set the environment variable ${variable}, or the key itself), came nothing`;
    await expect(loading).rejects.toMatchObject({
      problems: keys.map((key) => ({ key: `observability.integrations.${name}.${key}` })),
      message: expect.stringContaining(message),
    });
  });

  it('takes the keys of integrations from the environment, and switches none on for that', async () => {
    const { config, origins } = await loadObservabilityConfig({
      env: {
        GRAFANA_CLOUD_API_KEY: 'a',
        GRAFANA_CLOUD_INSTANCE_ID: '123',
        GRAFANA_CLOUD_OTLP_ENDPOINT: 'https://otlp.grafana.test/otlp',
        DD_API_KEY: 'b',
        DD_SITE: 'datadoghq.eu',
        NEW_RELIC_LICENSE_KEY: '1234567890',
        ELASTIC_API_KEY: 'c',
      },
    });
    expect(config.integrations).toMatchObject({
      grafana_cloud: { enabled: false, endpoint: 'https://otlp.grafana.test/otlp', instance_id: '123', api_key: 'a' },
      datadog: { enabled: false, api_key: 'b', site: 'datadoghq.eu' },
      newrelic: { enabled: false, license_key: '1234567890' },
      elasticsearch: { enabled: false, api_key: 'c' },
    });
    expect(origins.get('integrations.datadog.api_key')).toBe('environment DD_API_KEY');
  });

  it('needs no key of Datadog where an Agent has it', async () => {
    const { config } = await loadObservabilityConfig({
      env: {},
      overrides: { integrations: { datadog: { enabled: true, agent_endpoint: 'http://127.0.0.1:4318' } } },
    });
    expect(config.integrations.datadog.enabled).toBe(true);
  });

  it('takes the port that belongs to the protocol where no address is given', async () => {
    const { config } = await loadObservabilityConfig({
      env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/json' },
    });
    expect(config.tracing.exporters.otlp).toMatchObject({ endpoint: 'http://127.0.0.1:4317', protocol: 'grpc' });
    expect(config.metrics.exporters.otlp.endpoint).toBe('http://127.0.0.1:4317');
    expect(config.logging.exporters.otlp.endpoint).toBe('http://127.0.0.1:4318');
  });

  it('wants a certificate and its key together', async () => {
    await expect(
      loadObservabilityConfig({ env: { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: '/client.pem' } }),
    ).rejects.toThrow(/tracing\.exporters\.otlp\.tls: expected cert_file and key_file together/);
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
