import type { ObservabilityConfig } from '../../config/schema.ts';
import { type OtlpReceiver, receiverBelow } from '../otlp/otlp-route.ts';
import type { Signal } from '../signal.ts';

/**
 * An Agent that receives OTLP, or the intake itself, which takes sums as deltas only:
 * https://docs.datadoghq.com/opentelemetry/setup/otlp_ingest/
 */
export function datadog({ integrations }: ObservabilityConfig): readonly OtlpReceiver[] {
  const { enabled, site, api_key, agent_endpoint, trace_source, signals } = integrations.datadog;
  if (!enabled) return [];
  const common = { name: 'datadog', signals, temporality: 'delta' } as const;
  if (agent_endpoint !== undefined) return [receiverBelow(agent_endpoint, { ...common, headers: {} })];
  const key = { 'dd-api-key': api_key ?? '' };
  const receiver = receiverBelow(`https://otlp.${site}`, { ...common, headers: key });
  return [
    withHeaders(receiver, {
      traces: {
        'dd-protocol': 'otlp',
        // Who is let in is known by this name; where Datadog gave none the header is not sent.
        ...(trace_source === undefined ? {} : { 'dd-otlp-source': trace_source }),
      },
      logs: { 'dd-protocol': 'otlp' },
      // Without it service and environment of a series are lost: no tags are made of resource attributes.
      metrics: { 'dd-otel-metric-config': '{"resource_attributes_as_tags":true}' },
    }),
  ];
}

function withHeaders(
  { name, traces, logs, metrics }: OtlpReceiver,
  further: Readonly<Record<Signal, Readonly<Record<string, string>>>>,
): OtlpReceiver {
  return {
    name,
    ...(traces === undefined ? {} : { traces: { ...traces, headers: { ...traces.headers, ...further.traces } } }),
    ...(logs === undefined ? {} : { logs: { ...logs, headers: { ...logs.headers, ...further.logs } } }),
    ...(metrics === undefined ? {} : { metrics: { ...metrics, headers: { ...metrics.headers, ...further.metrics } } }),
  };
}
