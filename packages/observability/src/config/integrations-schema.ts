import { z } from 'zod';
import { tls } from './exporter-schema.ts';
import { address, headers, seconds } from './schema-parts.ts';

const signal = z.enum(['logs', 'metrics', 'traces']);
const enabled = z.boolean().default(false);
const secret = z.string().min(1).optional();
const allSignals = z.array(signal).min(1).default(['logs', 'metrics', 'traces']).describe('What is sent there.');

/** What a switched-on integration cannot do without: its keys, and the environment variables that may hold them. */
function needs(variables: Readonly<Record<string, string>>) {
  return (settings: { readonly enabled: boolean }, context: z.core.$RefinementCtx): void => {
    if (!settings.enabled) return;
    for (const [key, variable] of Object.entries(variables)) {
      if (Reflect.get(settings, key) !== undefined) continue;
      const message = `a value because enabled is true (set the environment variable ${variable}, or the key itself)`;
      context.addIssue({ code: 'custom', path: [key], message, input: settings });
    }
  };
}

const remoteWrite = z
  .strictObject({
    enabled: enabled.describe('Send metrics to a Prometheus that receives them.'),
    url: address.default('http://127.0.0.1:9090/api/v1/write').describe('Where it receives.'),
    headers: headers.default({}).describe('Sent along, e.g. authorization: Bearer ${REMOTE_WRITE_TOKEN}.'),
    interval_seconds: seconds.default(15).describe('How often.'),
    native_histograms: z
      .boolean()
      .default(true)
      .describe(
        'Send exponential buckets where a histogram has them; off for a receiver that refuses those: it gets the declared buckets.',
      ),
    external_labels: z
      .record(z.string(), z.string())
      .default({})
      .describe('On every series, besides job and instance.'),
    tls,
  })
  .prefault({})
  .describe('Prometheus remote write 1.0, as Prometheus, Mimir, Thanos and VictoriaMetrics receive it.');

const grafanaCloud = z
  .strictObject({
    enabled: enabled.describe('Send to Grafana Cloud.'),
    endpoint: address
      .optional()
      .describe(
        'Of the stack, e.g. https://otlp-gateway-prod-eu-west-2.grafana.net/otlp; also from GRAFANA_CLOUD_OTLP_ENDPOINT.',
      ),
    instance_id: z.string().min(1).optional().describe('Number of the stack; also from GRAFANA_CLOUD_INSTANCE_ID.'),
    api_key: secret.describe('Access policy token; from GRAFANA_CLOUD_API_KEY.'),
    signals: allSignals,
  })
  .superRefine(
    needs({
      endpoint: 'GRAFANA_CLOUD_OTLP_ENDPOINT',
      instance_id: 'GRAFANA_CLOUD_INSTANCE_ID',
      api_key: 'GRAFANA_CLOUD_API_KEY',
    }),
  )
  .prefault({})
  .describe('Grafana Cloud, by OTLP.');

const datadog = z
  .strictObject({
    enabled: enabled.describe('Send to Datadog.'),
    site: z
      .string()
      .regex(/^[a-z\d.-]+$/i, 'a site such as datadoghq.eu')
      .default('datadoghq.com')
      .describe('e.g. datadoghq.eu; also from DD_SITE.'),
    api_key: secret.describe('From DD_API_KEY.'),
    agent_endpoint: address
      .optional()
      .describe('A Datadog Agent that receives OTLP, e.g. http://127.0.0.1:4318; then no key is needed.'),
    trace_source: z
      .string()
      .min(1)
      .optional()
      .describe('The name Datadog gave together with access to its intake of traces (dd-otlp-source).'),
    signals: allSignals,
  })
  .superRefine((settings, context) => {
    if (settings.agent_endpoint === undefined) needs({ api_key: 'DD_API_KEY' })(settings, context);
  })
  .prefault({})
  .describe('Datadog, by OTLP, directly or by way of an Agent.');

const newrelic = z
  .strictObject({
    enabled: enabled.describe('Send to New Relic.'),
    region: z.enum(['us', 'eu']).default('us').describe('Where the account is.'),
    license_key: secret.describe('From NEW_RELIC_LICENSE_KEY.'),
    signals: allSignals,
  })
  .superRefine(needs({ license_key: 'NEW_RELIC_LICENSE_KEY' }))
  .prefault({})
  .describe('New Relic, by OTLP.');

const loki = z
  .strictObject({
    enabled: enabled.describe('Send log lines to Loki.'),
    endpoint: address.default('http://127.0.0.1:3100').describe('Base address; /otlp/v1/logs is added.'),
    tenant: z.string().min(1).optional().describe('Where Loki serves several (X-Scope-OrgID).'),
    headers: headers.default({}).describe('Sent along, e.g. authorization: Basic ${LOKI_CREDENTIALS}.'),
  })
  .prefault({})
  .describe('Loki 3, which receives OTLP itself.');

const elasticsearch = z
  .strictObject({
    enabled: enabled.describe('Send to Elastic.'),
    endpoint: address
      .optional()
      .describe('Of the APM server or the managed OTLP intake; also from ELASTIC_OTLP_ENDPOINT.'),
    api_key: secret.describe('From ELASTIC_API_KEY.'),
    secret_token: secret.describe('Instead of api_key, for an APM server with one; from ELASTIC_APM_SECRET_TOKEN.'),
    signals: allSignals,
  })
  .superRefine((settings, context) => {
    needs({ endpoint: 'ELASTIC_OTLP_ENDPOINT' })(settings, context);
    if (settings.secret_token === undefined) needs({ api_key: 'ELASTIC_API_KEY' })(settings, context);
  })
  .prefault({})
  .describe('Elastic, by OTLP.');

/** The `integrations:` section. */
export const integrationsSchema = z
  .strictObject({
    prometheus_remote_write: remoteWrite,
    grafana_cloud: grafanaCloud,
    datadog,
    newrelic,
    loki,
    elasticsearch,
  })
  .prefault({})
  .describe('Receivers by name; each is off until it is enabled. Keys come from the environment.');
