import { type ConfigVariables, readPairs, type VariableReading } from './environment-layer.ts';
import { nearestName } from './nearest-name.ts';

// What OpenTelemetry means by its variables: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
// and https://opentelemetry.io/docs/specs/otel/protocol/exporter/. A member of a closed list that we do not know is told
// and left out, as it asks; a number or a list that is none is a mistake like any other and starts nothing.

type Read = (text: string, reading: VariableReading) => unknown;

/** How OpenTelemetry's variables set keys of the `observability:` section. */
export const otelVariables: ConfigVariables = {
  service_name: {
    names: ['OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES'],
    read: textOrAttribute('service.name'),
  },
  environment: {
    names: ['ENVIRONMENT', 'OTEL_RESOURCE_ATTRIBUTES'],
    read: textOrAttribute('deployment.environment.name', 'deployment.environment'),
  },
  version: { names: ['APP_VERSION', 'OTEL_RESOURCE_ATTRIBUTES'], read: textOrAttribute('service.version') },
  resource_attributes: { names: ['OTEL_RESOURCE_ATTRIBUTES'], read: readFurtherAttributes, adds: true },
  'logging.levels': { names: ['OTEL_LOG_LEVEL'], read: readOwnLevel, adds: true },
  'metrics.enabled': { names: ['OTEL_METRICS_EXPORTER'], read: readMetricsExporter },
  'tracing.enabled': { names: ['OTEL_SDK_DISABLED'], read: readDisabled },
  'tracing.propagators': { names: ['OTEL_PROPAGATORS'], read: readPropagators },
  'tracing.sampling.strategy': {
    names: ['OTEL_TRACES_SAMPLER'],
    read: (text, reading) => readSampler(text, reading)?.strategy,
  },
  'tracing.sampling.probability': { names: ['OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG'], read: readProbability },
  'tracing.limits.attributes': ['OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  'tracing.limits.attribute_value_length': [
    'OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
  ],
  'tracing.limits.events': ['OTEL_SPAN_EVENT_COUNT_LIMIT'],
  'tracing.limits.links': ['OTEL_SPAN_LINK_COUNT_LIMIT'],
  'tracing.limits.event_attributes': ['OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  'tracing.limits.link_attributes': ['OTEL_LINK_ATTRIBUTE_COUNT_LIMIT', 'OTEL_ATTRIBUTE_COUNT_LIMIT'],
  'tracing.exporters.otlp.enabled': {
    // Whoever names a receiver wants spans sent there.
    names: ['OTEL_TRACES_EXPORTER', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    read: (text, reading) => (reading.name === 'OTEL_TRACES_EXPORTER' ? readExporters(text, reading, 'otlp') : true),
  },
  'tracing.exporters.console.enabled': {
    names: ['OTEL_TRACES_EXPORTER'],
    read: (text, reading) => readExporters(text, silent(reading), 'console'),
  },
  'tracing.exporters.jaeger.enabled': {
    names: ['OTEL_TRACES_EXPORTER'],
    read: (text, reading) => readExporters(text, silent(reading), 'jaeger'),
  },
  'tracing.exporters.otlp.endpoint': { names: ['OTEL_EXPORTER_OTLP_ENDPOINT'], read: trimmed },
  'tracing.exporters.otlp.traces_endpoint': { names: ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'], read: trimmed },
  'tracing.exporters.otlp.headers': {
    names: ['OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'OTEL_EXPORTER_OTLP_HEADERS'],
    read: readList,
  },
  'performance.export_timeout_seconds': {
    names: ['OTEL_EXPORTER_OTLP_TRACES_TIMEOUT', 'OTEL_EXPORTER_OTLP_TIMEOUT', 'OTEL_BSP_EXPORT_TIMEOUT'],
    // 0 stands for no limit; what waits is bounded by the queue and by the shutdown, so that a day is as good.
    read: (text, reading) => readSeconds(text, reading, 86_400),
  },
  'performance.span_export_delay_seconds': {
    names: ['OTEL_BSP_SCHEDULE_DELAY'],
    read: (text, reading) => readSeconds(text, reading, 0),
  },
  'performance.span_max_queue_size': ['OTEL_BSP_MAX_QUEUE_SIZE'],
  'performance.span_batch_size': ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
};

function trimmed(text: string): string {
  return text.trim();
}

/** The identity of the service has variables of its own, which win over the same thing among the attributes. */
function textOrAttribute(...names: readonly string[]): Read {
  return (text, { name: variable }) => {
    if (variable !== 'OTEL_RESOURCE_ATTRIBUTES') return text;
    const attributes = readPairs(text) ?? {};
    const given = names.find((name) => (attributes[name] ?? '') !== '');
    return given === undefined ? undefined : attributes[given];
  };
}

const identityNames = new Set([
  'service.name',
  'service.version',
  'deployment.environment.name',
  'deployment.environment',
]);

function readFurtherAttributes(text: string, reading: VariableReading): unknown {
  const attributes = readList(text, reading);
  if (attributes === undefined) return undefined;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => !identityNames.has(name)));
}

function readList(text: string, reading: VariableReading): ReturnType<typeof readPairs> {
  const pairs = readPairs(text);
  if (pairs === undefined) {
    reading.refuse(`expected name=value,name=value with percent-encoded values, came other text (not shown)`);
  }
  return pairs;
}

/** Milliseconds there, seconds here. */
function readSeconds(text: string, reading: VariableReading, zero: number): number | undefined {
  const milliseconds = Number(text);
  if (!/^\s*\d{1,10}\s*$/.test(text) || milliseconds > 2 ** 31 - 1) {
    reading.refuse(`expected whole milliseconds from 0 to ${2 ** 31 - 1}, came ${JSON.stringify(text.slice(0, 40))}`);
    return undefined;
  }
  return milliseconds === 0 ? zero : milliseconds / 1_000;
}

function readDisabled(text: string, { warn }: VariableReading): boolean | undefined {
  const word = text.trim().toLowerCase();
  if (word === 'true') return false;
  // Nothing but "true" switches off; what the file says about tracing stays then.
  if (word !== 'false') warn(`expected true or false, came ${JSON.stringify(text.slice(0, 40))}: not disabled`);
  return undefined;
}

const levelNames: Readonly<Record<string, string>> = {
  none: 'CRITICAL',
  critical: 'CRITICAL',
  fatal: 'CRITICAL',
  error: 'ERROR',
  warn: 'WARNING',
  warning: 'WARNING',
  info: 'INFO',
  debug: 'DEBUG',
  verbose: 'DEBUG',
  trace: 'DEBUG',
  all: 'DEBUG',
};

/** The level of what the library says about itself, not of the application. */
function readOwnLevel(text: string, reading: VariableReading): object | undefined {
  const level = readMember(text, levelNames, reading);
  return level === undefined ? undefined : { observability: level };
}

interface Sampler {
  readonly strategy: 'always_on' | 'always_off' | 'probability' | 'parent_based';
  /** Where the name says it; else OTEL_TRACES_SAMPLER_ARG does. */
  readonly probability?: number;
}

const samplers: Readonly<Record<string, Sampler>> = {
  always_on: { strategy: 'always_on' },
  always_off: { strategy: 'always_off' },
  traceidratio: { strategy: 'probability' },
  parentbased_traceidratio: { strategy: 'parent_based' },
  parentbased_always_on: { strategy: 'parent_based', probability: 1 },
  parentbased_always_off: { strategy: 'parent_based', probability: 0 },
};

function readSampler(text: string, reading: VariableReading): Sampler | undefined {
  return readMember(text, samplers, reading);
}

function readProbability(text: string, reading: VariableReading): number | string | undefined {
  const { name, env, warn } = reading;
  if (name === 'OTEL_TRACES_SAMPLER') return readSampler(text, silent(reading))?.probability;
  const sampler = readSampler(env['OTEL_TRACES_SAMPLER'] ?? '', silent(reading));
  if (sampler?.strategy === 'probability' || sampler?.strategy === 'parent_based') {
    return /^\s*[\d.]+(?:e-?\d+)?\s*$/i.test(text) ? Number(text) : text;
  }
  warn('has no effect without OTEL_TRACES_SAMPLER=traceidratio or parentbased_traceidratio');
  return undefined;
}

function readPropagators(text: string, reading: VariableReading): string[] | undefined {
  const known = { tracecontext: 'tracecontext', baggage: 'baggage', none: 'none' };
  const members = readMembers(text, known, reading);
  // All of them unknown is as good as not set: propagation goes on as the file says.
  return members.length === 0 ? undefined : members.filter((member) => member !== 'none');
}

type TraceExporter = 'otlp' | 'console' | 'jaeger';

/** The list names all exporters there are, so that it also switches off. */
function readExporters(text: string, reading: VariableReading, asked: TraceExporter): boolean | undefined {
  const known = { otlp: 'otlp', console: 'console', logging: 'console', jaeger: 'jaeger', none: 'none' };
  const members = readMembers(text, known, reading);
  return members.length === 0 ? undefined : members.includes(asked);
}

function readMetricsExporter(text: string, reading: VariableReading): boolean | undefined {
  const members = readMembers(text, { prometheus: 'prometheus', none: 'none' }, reading);
  if (members.length === 0) return undefined;
  return members.includes('prometheus');
}

function readMembers<T>(text: string, known: Readonly<Record<string, T>>, reading: VariableReading): T[] {
  const words = text.split(',').filter((word) => word.trim() !== '');
  return [...new Set(words.flatMap((word) => readMember(word, known, reading) ?? []))];
}

function readMember<T>(text: string, known: Readonly<Record<string, T>>, { warn }: VariableReading): T | undefined {
  const word = text.trim().toLowerCase();
  if (Object.hasOwn(known, word)) return known[word];
  const names = Object.keys(known);
  const nearest = nearestName(word, names);
  const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
  warn(`knows ${names.join(', ')}, came ${JSON.stringify(text.trim().slice(0, 40))}, left out${hint}`);
  return undefined;
}

/** Several keys follow from one variable; only the first of them complains about it. */
function silent(reading: VariableReading): VariableReading {
  return { ...reading, warn: () => undefined };
}
