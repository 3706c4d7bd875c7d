import type { ObservabilityConfig } from '../config/schema.ts';
import type { Terminal } from '../config/terminal.ts';
import { instanceId } from '../export/otlp/instance-id.ts';
import { getLogger } from '../logs/logger.ts';
import type { LogSettings } from '../logs/pipeline.ts';
import type { LogOutputSettings } from '../logs/sinks/log-output.ts';
import type { LogSink } from '../logs/sinks/log-sink.ts';
import { createPrettyLine } from '../logs/terminal/pretty-line.ts';
import type { TracingSettings } from '../tracing/start-tracing.ts';

/** The log pipeline that a configuration asks for. */
export function toLogSettings(config: ObservabilityConfig, sink: LogSink): LogSettings {
  const { logging } = config;
  return {
    ...toIdentity(config),
    level: logging.level,
    loggerLevels: logging.levels,
    defaultFields: logging.default_fields,
    redactFields: logging.redact_fields,
    redaction: { pseudonymKey: logging.redaction.pseudonym_key, listPaths: logging.redaction.list_paths },
    sampling: logging.sampling,
    throttling: {
      enabled: logging.throttling.enabled,
      burst: logging.throttling.burst,
      windowMs: logging.throttling.window_seconds * 1_000,
    },
    debugOnFailure: {
      enabled: logging.debug_on_failure.enabled,
      linesPerOperation: logging.debug_on_failure.lines_per_operation,
      operations: logging.debug_on_failure.operations,
    },
    sink,
    now: Date.now,
    random: Math.random,
  };
}

/** Where the lines of a configuration go. */
export function toLogOutput(
  config: ObservabilityConfig,
  terminal: Terminal,
  destination: 'stdout' | 'stderr',
): LogOutputSettings {
  const { format, outputs, backpressure } = config.logging;
  const readable = format === 'console' || (format === 'auto' && terminal.isTerminal);
  return {
    standard: outputs.standard.enabled
      ? { destination, present: readable ? createPrettyLine(terminal.colour) : undefined }
      : undefined,
    file: outputs.file.enabled
      ? {
          path: outputs.file.path,
          maxBytes: outputs.file.max_bytes,
          maxFiles: outputs.file.max_files,
          rotateEvery: outputs.file.rotate_every,
        }
      : undefined,
    transports: outputs.pino_transports,
    backpressure: {
      policy: backpressure.policy,
      maxBufferedBytes: backpressure.max_buffered_bytes,
      blockMs: backpressure.block_seconds * 1_000,
    },
    report: (level, event, fields) => getLogger('observability.logs')[level](event, fields),
  };
}

/** Whether anything leaves the process by way of an exporter; what does it is loaded then only. */
export function hasExporters({ tracing, metrics, logging, integrations }: ObservabilityConfig): boolean {
  const { otlp, jaeger } = tracing.exporters;
  const switches = [otlp, jaeger, metrics.exporters.otlp, logging.exporters.otlp, ...Object.values(integrations)];
  return switches.some(({ enabled }) => enabled);
}

/** The tracing setup that a configuration asks for. */
export function toTracingSettings(config: ObservabilityConfig): TracingSettings {
  const { tracing } = config;
  return {
    ...toIdentity(config),
    enabled: tracing.enabled,
    resourceAttributes: { 'service.instance.id': instanceId, ...config.resource_attributes },
    limits: toSpanLimits(tracing.limits),
    sampling: toSampling(tracing.sampling),
    console: tracing.exporters.console.enabled,
    redactFields: config.logging.redact_fields,
    pseudonymKey: config.logging.redaction.pseudonym_key,
    propagators: {
      tracecontext: tracing.propagators.includes('tracecontext'),
      baggage: tracing.propagators.includes('baggage'),
    },
    propagates: tracing.instrumentation.http_client,
    tracesRequests: tracing.instrumentation.http_server,
  };
}

function toSpanLimits(limits: ObservabilityConfig['tracing']['limits']): NonNullable<TracingSettings['limits']> {
  const length = limits.attribute_value_length;
  return {
    attributeCountLimit: limits.attributes,
    ...(length === undefined ? {} : { attributeValueLengthLimit: length }),
    eventCountLimit: limits.events,
    linkCountLimit: limits.links,
    attributePerEventCountLimit: limits.event_attributes,
    attributePerLinkCountLimit: limits.link_attributes,
  };
}

function toSampling(sampling: ObservabilityConfig['tracing']['sampling']): TracingSettings['sampling'] {
  const { strategy, probability } = sampling;
  if (strategy !== 'tail') return { strategy, probability };
  return {
    strategy,
    probability,
    slowMs: sampling.slow_seconds * 1_000,
    decisionMs: sampling.decision_seconds * 1_000,
    maxOpenTraces: sampling.max_open_traces,
    maxHeldBytes: sampling.max_held_bytes,
  };
}

function toIdentity(config: ObservabilityConfig): { serviceName: string; environment: string; version: string } {
  return { serviceName: config.service_name, environment: config.environment, version: config.version };
}
