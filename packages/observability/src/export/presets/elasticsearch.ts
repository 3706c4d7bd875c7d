import type { ObservabilityConfig } from '../../config/schema.ts';
import { type OtlpReceiver, receiverBelow } from '../otlp/otlp-route.ts';

/**
 * An APM server or the managed intake. Histograms are taken as deltas only:
 * https://www.elastic.co/docs/reference/opentelemetry/motlp
 */
export function elasticsearch({ integrations }: ObservabilityConfig): readonly OtlpReceiver[] {
  const { enabled, endpoint, api_key, secret_token, signals } = integrations.elasticsearch;
  if (!enabled || endpoint === undefined) return [];
  const authorization = api_key === undefined ? `Bearer ${secret_token}` : `ApiKey ${api_key}`;
  return [
    receiverBelow(endpoint, { name: 'elasticsearch', signals, headers: { authorization }, temporality: 'delta' }),
  ];
}
