import type { ObservabilityConfig } from '../config/schema.ts';
import type { Terminal } from '../config/terminal.ts';
import type { LogSettings } from '../logs/pipeline.ts';
import type { LogSink } from '../logs/sink.ts';
import type { TracingSettings } from '../tracing/start-tracing.ts';

/** The log pipeline that a configuration asks for. */
export function toLogSettings(config: ObservabilityConfig, output: Terminal & { readonly sink: LogSink }): LogSettings {
  const { logging } = config;
  const readable = logging.format === 'console' || (logging.format === 'auto' && output.isTerminal);
  return {
    ...toIdentity(config),
    level: logging.level,
    format: readable ? 'console' : 'json',
    colour: output.colour,
    defaultFields: logging.default_fields,
    redactFields: logging.redact_fields,
    sampling: logging.sampling,
    sink: output.sink,
    now: Date.now,
    random: Math.random,
  };
}

/** The tracing setup that a configuration asks for. */
export function toTracingSettings(config: ObservabilityConfig): TracingSettings {
  const { tracing, performance } = config;
  const { otlp, jaeger } = tracing.exporters;
  const { strategy, probability, slow_seconds } = tracing.sampling;
  return {
    ...toIdentity(config),
    enabled: tracing.enabled,
    sampling: strategy === 'tail' ? { strategy, probability, slowMs: slow_seconds * 1_000 } : { strategy, probability },
    console: tracing.exporters.console.enabled,
    otlp: [
      ...(otlp.enabled
        ? [{ name: 'otlp', url: otlp.traces_endpoint ?? tracesUrl(otlp.endpoint), headers: otlp.headers }]
        : []),
      ...(jaeger.enabled ? [{ name: 'jaeger', url: tracesUrl(jaeger.endpoint), headers: {} }] : []),
    ],
    queue: {
      maxQueueSize: performance.span_max_queue_size,
      batchSize: Math.min(performance.span_batch_size, performance.span_max_queue_size),
      delayMs: performance.span_export_delay_seconds * 1_000,
      timeoutMs: performance.export_timeout_seconds * 1_000,
    },
    redactFields: config.logging.redact_fields,
    propagates: tracing.instrumentation.http_client,
    tracesRequests: tracing.instrumentation.http_server,
  };
}

/** OTLP's fixed path below a base address: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
function tracesUrl(endpoint: string): string {
  return `${endpoint.replace(/\/+$/, '')}/v1/traces`;
}

function toIdentity(config: ObservabilityConfig): { serviceName: string; environment: string; version: string } {
  return { serviceName: config.service_name, environment: config.environment, version: config.version };
}
