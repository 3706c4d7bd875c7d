import { type ConfigVariables, readPairs, type VariableReading } from './environment-layer.ts';
import { readMember, readMembers, readSeconds, silent } from './listed-values.ts';
import { readList } from './otlp-variables.ts';

// What OpenTelemetry means by its variables: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
// and https://opentelemetry.io/docs/specs/otel/protocol/exporter/. A member of a closed list that we do not know is told
// and left out, as it asks; a number or a list that is none is a mistake like any other and starts nothing.

type Read = (text: string, reading: VariableReading) => unknown;

/** How OpenTelemetry's variables set keys of the `observability:` section, those about exporting apart. */
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
  'performance.span_export_delay_seconds': {
    names: ['OTEL_BSP_SCHEDULE_DELAY'],
    read: (text, reading) => readSeconds(text, reading, 0),
  },
  'performance.span_max_queue_size': ['OTEL_BSP_MAX_QUEUE_SIZE'],
  'performance.span_batch_size': ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
};

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
