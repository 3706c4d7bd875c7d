import type { ObservabilityConfig } from '../../config/schema.ts';
import { type OtlpReceiver, receiverBelow } from '../otlp/otlp-route.ts';

const endpoints = { us: 'https://otlp.nr-data.net', eu: 'https://otlp.eu01.nr-data.net' } as const;

/** Deltas are what it stores: https://docs.newrelic.com/docs/opentelemetry/best-practices/opentelemetry-otlp/ */
export function newrelic({ integrations }: ObservabilityConfig): readonly OtlpReceiver[] {
  const { enabled, region, license_key, signals } = integrations.newrelic;
  if (!enabled || license_key === undefined) return [];
  const headers = { 'api-key': license_key };
  return [receiverBelow(endpoints[region], { name: 'newrelic', signals, headers, temporality: 'delta' })];
}
