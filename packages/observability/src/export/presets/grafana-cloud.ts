import type { ObservabilityConfig } from '../../config/schema.ts';
import { type OtlpReceiver, receiverBelow } from '../otlp/otlp-route.ts';

/** https://grafana.com/docs/grafana-cloud/send-data/otlp/send-data-otlp/ */
export function grafanaCloud({ integrations }: ObservabilityConfig): readonly OtlpReceiver[] {
  const { enabled, endpoint, instance_id, api_key, signals } = integrations.grafana_cloud;
  if (!enabled || endpoint === undefined) return [];
  const credentials = Buffer.from(`${instance_id}:${api_key}`).toString('base64');
  const headers = { authorization: `Basic ${credentials}` };
  return [receiverBelow(endpoint, { name: 'grafana_cloud', signals, headers, temporality: 'cumulative' })];
}
