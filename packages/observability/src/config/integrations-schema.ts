import { z } from 'zod';
import { tls } from './exporter-schema.ts';
import { address, headers, seconds } from './schema-parts.ts';

const signal = z.enum(['logs', 'metrics', 'traces']);
const enabled = z.boolean().default(false);
const secret = z.string().min(1).optional();
const allSignals = z.array(signal).min(1).default(['logs', 'metrics', 'traces']).describe('What is sent there.');

/** What a switched-on integration cannot do without. */
function needs<T extends { readonly enabled: boolean }>(...keys: readonly (keyof T & string)[]) {
  return (settings: T, context: z.core.$RefinementCtx<T>): void => {
    if (!settings.enabled) return;
    for (const key of keys) {
      if (settings[key] !== undefined) continue;
      context.addIssue({ code: 'custom', path: [key], message: 'a value, because enabled is true', input: settings });
    }
  };
}

const remoteWrite = z
  .strictObject({
    enabled: enabled.describe('Send metrics to a Prometheus that receives them.'),
    url: address.default('http://127.0.0.1:9090/api/v1/write').describe('Where it receives.'),
    headers: headers.default({}).describe('Sent along, e.g. authorization: Bearer ${REMOTE_WRITE_TOKEN}.'),
    interval_seconds: seconds.default(15).describe('How often.'),
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
    endpoint: address.optional().describe('Of the stack, e.g. https://otlp-gateway-prod-eu-west-2.grafana.net/otlp.'),
    instance_id: z.string().min(1).optional().describe('Number of the stack.'),
    api_key: secret.describe('Access policy token; from the environment.'),
    signals: allSignals,
  })
  .superRefine(needs('endpoint', 'instance_id', 'api_key'))
  .prefault({})
  .describe('Grafana Cloud, by OTLP.');

const datadog = z
  .strictObject({
    enabled: enabled.describe('Send to Datadog.'),
    site: z
      .string()
      .regex(/^[a-z\d.-]+$/i, 'a site such as datadoghq.eu')
      .default('datadoghq.com')
      .describe('e.g. datadoghq.eu.'),
    api_key: secret.describe('From the environment.'),
    agent_endpoint: address
      .optional()
      .describe('A Datadog Agent that receives OTLP, e.g. http://127.0.0.1:4318; then no key is needed.'),
    signals: allSignals,
  })
  .superRefine((settings, context) => {
    if (settings.agent_endpoint === undefined) needs<typeof settings>('api_key')(settings, context);
  })
  .prefault({})
  .describe('Datadog, by OTLP, directly or by way of an Agent.');

const newrelic = z
  .strictObject({
    enabled: enabled.describe('Send to New Relic.'),
    region: z.enum(['us', 'eu']).default('us').describe('Where the account is.'),
    license_key: secret.describe('From the environment.'),
    signals: allSignals,
  })
  .superRefine(needs('license_key'))
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
    endpoint: address.optional().describe('Of the APM server or the managed OTLP intake.'),
    api_key: secret.describe('From the environment.'),
    secret_token: secret.describe('Instead of api_key, for an APM server with one.'),
    signals: allSignals,
  })
  .superRefine(needs('endpoint'))
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
