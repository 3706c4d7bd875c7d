export { ConfigError, type ConfigErrorCode, type ConfigProblem } from './config/config-error.ts';
export type { ConfigVariable, ConfigVariables, ConfigWarning, VariableReading } from './config/environment-layer.ts';
export {
  type DescribableSchema,
  type FileSchemaOptions,
  type JsonSchema,
  readObservabilityJsonSchema,
  toFileJsonSchema,
} from './config/json-schema.ts';
export {
  type LoadConfigOptions,
  type LoadedConfig,
  loadConfig,
  loadConfigWithOrigins,
} from './config/load-config.ts';
export {
  loadObservabilityConfig,
  type ObservabilityConfigOptions,
  readObservabilitySchema,
} from './config/observability-config.ts';
export { type ConfigPrinter, createConfigPrinter } from './config/printable-value.ts';
export type { ObservabilityConfig, ObservabilityConfigInput } from './config/schema.ts';
export type { Environment } from './config/substitution.ts';
export type { SignalCounts } from './export/delivery.ts';
export {
  type CheckOptions,
  type CheckReport,
  type CheckResult,
  createHealth,
  type Health,
  type HealthCheck,
  type HealthOptions,
  type HealthReport,
  type HealthStatus,
} from './health/health.ts';
export { type InitLoggingOptions, initLogging } from './lifecycle/init-logging.ts';
export {
  type InitOptions,
  initObservability,
  type Observability,
  type ShutdownReport,
} from './lifecycle/init-observability.ts';
export type { ReloadReport } from './lifecycle/reload.ts';
export {
  type SetupTracingOptions,
  setupTracing,
  type TracingHandle,
  type TracingSampling,
} from './lifecycle/setup-tracing.ts';
export { keepDebugOnFailure } from './logs/keep-debug.ts';
export { type LogLevel, logLevels } from './logs/level.ts';
export { raiseLogLevel } from './logs/levels/raise-log-level.ts';
export type { LevelRaise } from './logs/levels/raised-levels.ts';
export type { LogFields } from './logs/log-record.ts';
export { getLogger, type Logger } from './logs/logger.ts';
export { type PinoChildOptions, type PinoLogger, type PinoLogMethod, toPinoLogger } from './logs/pino/pino-logger.ts';
export type { DebugOnFailure, RedactionSettings } from './logs/pipeline.ts';
export type { LogThrottling } from './logs/throttle.ts';
export type { AttachableRegistry, AttachOptions } from './metrics/attached/attachable-registry.ts';
export type {
  CounterDeclaration,
  GaugeDeclaration,
  HistogramDeclaration,
  MetricDescription,
} from './metrics/declaring/declarations.ts';
export { counter, defaultRegistry, gauge, histogram } from './metrics/default-registry.ts';
export type {
  BoundCounter,
  BoundGauge,
  BoundHistogram,
  Counter,
  Gauge,
  Histogram,
  LabelledCounter,
  LabelledGauge,
  LabelledHistogram,
  PlainCounter,
  PlainGauge,
  PlainHistogram,
} from './metrics/instruments.ts';
export type { LabelSpecs, LabelValues, NoLabels } from './metrics/label-specs.ts';
export { MetricError } from './metrics/metric-error.ts';
export type { NativeBucketsDeclaration } from './metrics/native/native-options.ts';
export type { Registry } from './metrics/registry.ts';
export type { Sample } from './metrics/samples.ts';
export { setBuildInfo } from './metrics/self-metrics.ts';
export type { AccessOptions } from './metrics-server/access.ts';
export { ListenError } from './metrics-server/listen-error.ts';
export { type MetricsGuard, toMetricsGuard } from './metrics-server/metrics-guard.ts';
export { type MetricsHub, type MetricsHubOptions, startMetricsHub } from './metrics-server/metrics-hub.ts';
export { type MetricsServer, type MetricsServerOptions, startMetricsServer } from './metrics-server/metrics-server.ts';
export type { ServedMetrics } from './metrics-server/served-metrics.ts';
export type { TlsFiles } from './metrics-server/tls-files.ts';
export {
  type OtlpReceiver,
  type OtlpReceiverOptions,
  type ReceiverLimits,
  startOtlpReceiver,
} from './receiver/otlp-receiver.ts';
export type { SpanAttributes } from './tracing/attributes.ts';
export {
  addSpanAttributes,
  addSpanEvent,
  getSpanId,
  getTraceId,
  getTraceparent,
  injectTraceHeaders,
  type Operation,
  type OperationOptions,
  recordException,
  traceFunction,
  traceOperation,
} from './tracing/operation.ts';
export type { OperationSpan } from './tracing/operation-span.ts';
export { type BaggageEntries, getBaggage, withBaggage } from './tracing/propagation/baggage.ts';
export type { SentTraceHeaders } from './tracing/propagation/sent-headers.ts';
export type { TraceHeaders } from './tracing/propagation/trace-headers.ts';
