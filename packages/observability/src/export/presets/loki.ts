import type { ObservabilityConfig } from '../../config/schema.ts';
import { type OtlpReceiver, receiverBelow } from '../otlp/otlp-route.ts';

/** Loki 3 receives OTLP below /otlp: https://grafana.com/docs/loki/latest/send-data/otel/ */
export function loki({ integrations }: ObservabilityConfig): readonly OtlpReceiver[] {
  const { enabled, endpoint, tenant, headers: given } = integrations.loki;
  if (!enabled) return [];
  const headers = { ...given, ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }) };
  const base = `${endpoint.replace(/\/+$/, '')}/otlp`;
  return [receiverBelow(base, { name: 'loki', signals: ['logs'], headers, temporality: 'cumulative' })];
}
