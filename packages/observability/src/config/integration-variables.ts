import type { ConfigVariable, ConfigVariables } from './environment-layer.ts';
import { trimmed } from './listed-values.ts';
import { readExportingDisabled } from './otlp-variables.ts';

const names = ['prometheus_remote_write', 'grafana_cloud', 'datadog', 'newrelic', 'loki', 'elasticsearch'] as const;

/** Keys belong into the environment: the variables that the receivers' own tools read, as far as there are such. */
export const integrationVariables: ConfigVariables = {
  ...Object.fromEntries(names.map((name) => [`integrations.${name}.enabled`, unlessDisabled()])),
  'integrations.grafana_cloud.endpoint': text('GRAFANA_CLOUD_OTLP_ENDPOINT'),
  'integrations.grafana_cloud.instance_id': text('GRAFANA_CLOUD_INSTANCE_ID'),
  'integrations.grafana_cloud.api_key': text('GRAFANA_CLOUD_API_KEY'),
  'integrations.datadog.api_key': text('DD_API_KEY'),
  'integrations.datadog.site': text('DD_SITE'),
  'integrations.newrelic.license_key': text('NEW_RELIC_LICENSE_KEY'),
  'integrations.elasticsearch.endpoint': text('ELASTIC_OTLP_ENDPOINT'),
  'integrations.elasticsearch.api_key': text('ELASTIC_API_KEY'),
  'integrations.elasticsearch.secret_token': text('ELASTIC_APM_SECRET_TOKEN'),
};

/** Of digits alone or not, it is text. */
function text(name: string): ConfigVariable {
  return { names: [name], read: trimmed };
}

function unlessDisabled(): ConfigVariable {
  return { names: ['OTEL_SDK_DISABLED'], read: readExportingDisabled };
}
