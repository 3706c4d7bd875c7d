import { describe, expect, it } from 'vitest';
import { loadObservabilityConfig } from './observability-config.ts';
import { createConfigPrinter } from './printable-value.ts';

const secret = 'hunter2-hunter2-hunter2';

describe('a configuration that is shown', () => {
  it('shows no key of a receiver, and no token or password of the metrics server', async () => {
    const { config } = await loadObservabilityConfig({
      env: {
        DD_API_KEY: secret,
        NEW_RELIC_LICENSE_KEY: secret,
        GRAFANA_CLOUD_API_KEY: secret,
        ELASTIC_API_KEY: secret,
        ELASTIC_APM_SECRET_TOKEN: secret,
        OTEL_EXPORTER_OTLP_HEADERS: `x-team=${secret}`,
      },
      overrides: {
        integrations: {
          loki: { headers: { 'x-anything': secret } },
          prometheus_remote_write: { headers: { 'x-anything': secret } },
        },
        metrics: { access: { bearer_tokens: [secret], basic_users: { prometheus: secret } } },
      },
    });
    const printer = createConfigPrinter();
    expect(JSON.stringify(config)).toContain(secret);
    const shown = JSON.stringify(printer.toPrintable('', config));
    expect(shown).not.toContain('hunter2');
    for (const name of ['prometheus', 'x-anything', 'license_key']) expect(shown).toContain(name);
  });
});

describe('a message about a wrong configuration', () => {
  it.each([
    [{ metrics: { access: { bearer_tokens: ['hunter2'] } } }],
    [{ metrics: { access: { basic_users: { 'a:b': 'hunter2' } } } }],
    [{ integrations: { loki: { headers: { 'bad name': 'hunter2' } } } }],
    [{ integrations: { datadog: { api_key: ['hunter2'] } } }],
    [{ integrations: { newrelic: { enabled: true, license_key: 'hunter2', region: 'mars' } } }],
    [{ tracing: { exporters: { otlp: { headers: { 'x-key': 'hunter2\u0001' } } } } }],
  ])('quotes no secret of %j', async (overrides) => {
    const loading = loadObservabilityConfig({ env: {}, overrides });
    await expect(loading).rejects.toThrow(/expected/);
    await expect(loading).rejects.not.toThrow(/hunter2/);
  });
});
