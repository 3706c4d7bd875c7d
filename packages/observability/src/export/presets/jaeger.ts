import type { ObservabilityConfig } from '../../config/schema.ts';
import { type OtlpReceiver, receiverBelow } from '../otlp/otlp-route.ts';

/** Jaeger since 1.35, and Tempo, receive OTLP on their own port 4318. */
export function jaeger({ tracing }: ObservabilityConfig): readonly OtlpReceiver[] {
  const { enabled, endpoint } = tracing.exporters.jaeger;
  if (!enabled || !tracing.enabled) return [];
  return [receiverBelow(endpoint, { name: 'jaeger', signals: ['traces'], headers: {}, temporality: 'cumulative' })];
}
