import { type ConfigVariable, type ConfigVariables, readPairs, type VariableReading } from './environment-layer.ts';
import { readMember, readMembers, readSeconds, silent, trimmed } from './listed-values.ts';

// What is sent where: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ and
// https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#exporter-selection

/** How OpenTelemetry's variables about exporting set keys of the `observability:` section. */
export const otlpVariables: ConfigVariables = {
  ...signalVariables('TRACES', 'tracing'),
  ...signalVariables('METRICS', 'metrics'),
  ...signalVariables('LOGS', 'logging'),
  'tracing.exporters.console.enabled': tracesExporter('console'),
  'tracing.exporters.jaeger.enabled': tracesExporter('jaeger'),
  'metrics.enabled': { names: ['OTEL_METRICS_EXPORTER'], read: readMetricsEnabled },
  'metrics.exporters.otlp.temporality': {
    names: ['OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE'],
    read: (text, reading) =>
      readMember(text, { cumulative: 'cumulative', delta: 'delta', lowmemory: 'lowmemory' }, reading),
  },
  'export.metrics_interval_seconds': {
    names: ['OTEL_METRIC_EXPORT_INTERVAL'],
    read: (text, reading) => readSeconds(text, reading, 0),
  },
  'performance.export_timeout_seconds': {
    names: ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT', 'OTEL_BSP_EXPORT_TIMEOUT'],
    // 0 stands for no limit; what waits is bounded by the queue and by the shutdown, so that a day is as good.
    read: (text, reading) => readSeconds(text, reading, 86_400),
  },
};

type SignalName = 'TRACES' | 'METRICS' | 'LOGS';

// Every member has a meaning somewhere: prometheus is served whatever is sent, console is the standard output of lines.
const exporters: Readonly<Record<SignalName, Readonly<Record<string, string>>>> = {
  TRACES: { otlp: 'otlp', console: 'console', logging: 'console', jaeger: 'jaeger', none: 'none' },
  METRICS: { otlp: 'otlp', prometheus: 'prometheus', none: 'none' },
  LOGS: { otlp: 'otlp', console: 'console', logging: 'console', none: 'none' },
};

const protocols = { grpc: 'grpc', 'http/protobuf': 'http/protobuf', 'http/json': 'http/json' } as const;

/** The variable of the signal wins over the one for all signals. */
function signalVariables(signal: SignalName, section: string): ConfigVariables {
  const key = `${section}.exporters.otlp`;
  const named = (what: string): string[] => [`OTEL_EXPORTER_OTLP_${signal}_${what}`, `OTEL_EXPORTER_OTLP_${what}`];
  return {
    [`${key}.enabled`]: {
      // Whoever names a receiver wants everything sent there: otlp is what the specification takes where none is chosen.
      names: ['OTEL_SDK_DISABLED', `OTEL_${signal}_EXPORTER`, ...named('ENDPOINT')],
      read: (text, reading) => {
        if (reading.name === 'OTEL_SDK_DISABLED') return readExportingDisabled(text);
        return reading.name === `OTEL_${signal}_EXPORTER`
          ? readExporters(text, reading, { signal, asked: 'otlp' })
          : true;
      },
    },
    [`${key}.endpoint`]: { names: ['OTEL_EXPORTER_OTLP_ENDPOINT'], read: trimmed },
    [`${key}.${signal.toLowerCase()}_endpoint`]: {
      names: [`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`],
      read: trimmed,
    },
    [`${key}.headers`]: { names: named('HEADERS'), read: readList },
    [`${key}.protocol`]: { names: named('PROTOCOL'), read: (text, reading) => readMember(text, protocols, reading) },
    [`${key}.compression`]: {
      names: named('COMPRESSION'),
      read: (text, reading) => readMember(text, { gzip: 'gzip', none: 'none' }, reading),
    },
    [`${key}.tls.ca_file`]: { names: named('CERTIFICATE'), read: trimmed },
    [`${key}.tls.cert_file`]: { names: named('CLIENT_CERTIFICATE'), read: trimmed },
    [`${key}.tls.key_file`]: { names: named('CLIENT_KEY'), read: trimmed },
  };
}

function tracesExporter(asked: 'console' | 'jaeger'): ConfigVariable {
  return {
    names: ['OTEL_SDK_DISABLED', 'OTEL_TRACES_EXPORTER'],
    read: (text, reading) =>
      reading.name === 'OTEL_SDK_DISABLED'
        ? readExportingDisabled(text)
        : readExporters(text, silent(reading), { signal: 'TRACES', asked }),
  };
}

/** OTEL_SDK_DISABLED as a reason not to export; what else it says is told by the key of tracing. */
export function readExportingDisabled(text: string): false | undefined {
  return text.trim().toLowerCase() === 'true' ? false : undefined;
}

/** The list names all exporters there are, so that it also switches off. */
function readExporters(
  text: string,
  reading: VariableReading,
  { signal, asked }: { readonly signal: SignalName; readonly asked: string },
): boolean | undefined {
  const members = readMembers(text, exporters[signal], reading);
  return members.length === 0 ? undefined : members.includes(asked);
}

/** Only who wants no metrics at all does not want the process measured. */
function readMetricsEnabled(text: string, reading: VariableReading): boolean | undefined {
  const members = readMembers(text, exporters.METRICS, silent(reading));
  return members.length === 0 ? undefined : members.some((member) => member !== 'none');
}

/** `name=value,name=value`. */
export function readList(text: string, reading: VariableReading): ReturnType<typeof readPairs> {
  const pairs = readPairs(text);
  if (pairs === undefined) {
    reading.refuse(`expected name=value,name=value with percent-encoded values, came other text (not shown)`);
  }
  return pairs;
}
