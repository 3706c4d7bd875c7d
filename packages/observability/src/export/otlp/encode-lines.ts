import type { AnyValue, Attributes, Resource } from '../../otlp/common-model.ts';
import type { LogData, ResourceLogs } from '../../otlp/log-model.ts';
import { environmentKey, serviceNameKey, serviceVersionKey } from '../../tracing/semantic-names.ts';
import { toExceptionAttributes } from './exception-attributes.ts';
import { groupBy } from './group-by.ts';

// https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber
const severities: Readonly<Record<string, number>> = { DEBUG: 5, INFO: 9, WARNING: 13, ERROR: 17, CRITICAL: 21 };

/** Whether a finished line tells of an error. */
export function isErrorLine(line: string): boolean {
  // The level stands at the beginning, before anything the application wrote.
  return /"level":"(?:ERROR|CRITICAL)"/.test(line.slice(0, levelWithin));
}

// Behind the timestamp, which has 24 characters.
const levelWithin = 80;

/**
 * Finished lines as OTLP arranges them: by service, then by logger. Lines are redacted already; one that is no JSON object
 * becomes a record whose body is the line.
 */
export function toResourceLogs(
  lines: readonly string[],
  resource: Resource,
  now: () => number = Date.now,
): ResourceLogs[] {
  const records = lines.map((line) => toRecord(line, now));
  return [...groupBy(records, ({ service }) => service)].map(([, members]) => ({
    resource: withIdentity(resource, members[0]?.fields),
    scopes: [...groupBy(members, ({ logger }) => logger)].map(([name, scoped]) => ({
      scope: { name },
      records: scoped.map(({ data }) => data),
    })),
  }));
}

interface LineRecord {
  /** What tells the services of one process apart. */
  readonly service: string;
  readonly logger: string;
  readonly fields: LineFields | undefined;
  readonly data: LogData;
}

type LineFields = Readonly<Record<string, AnyValue>>;

function toRecord(line: string, now: () => number): LineRecord {
  const fields = parseLine(line);
  if (fields === undefined) return { service: '', logger: '', fields, data: toUnreadable(line, now()) };
  const service = [fields['service'], fields['environment'], fields['version']].map(textOf).join('\n');
  return { service, logger: textOf(fields['logger']), fields, data: toLogData(fields, now) };
}

/** Undefined for what is no JSON object. */
function parseLine(line: string): LineFields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as LineFields) : undefined;
  } catch {
    return undefined;
  }
}

function toUnreadable(line: string, nowMs: number): LogData {
  const empty = {
    timeUnixNano: 0n,
    severityNumber: 0,
    severityText: '',
    eventName: '',
    traceId: '',
    spanId: '',
    flags: 0,
  };
  return {
    ...empty,
    observedTimeUnixNano: toNanoseconds(nowMs),
    body: line,
    attributes: {},
    droppedAttributesCount: 0,
  };
}

// What has a place of its own in a record, its scope or its resource.
const placed = new Set([
  'timestamp',
  'level',
  'logger',
  'event',
  'service',
  'environment',
  'version',
  'trace_id',
  'span_id',
]);

function toLogData(fields: LineFields, now: () => number): LogData {
  const level = textOf(fields['level']);
  const event = textOf(fields['event']);
  const writtenMs = Date.parse(textOf(fields['timestamp']));
  const time = toNanoseconds(Number.isNaN(writtenMs) ? now() : writtenMs);
  const attributes: Record<string, AnyValue> = Object.create(null);
  for (const [name, value] of Object.entries(fields)) {
    if (placed.has(name)) continue;
    if (name === 'error') Object.assign(attributes, toExceptionAttributes(value));
    else attributes[name] = value;
  }
  return {
    timeUnixNano: Number.isNaN(writtenMs) ? 0n : time,
    observedTimeUnixNano: time,
    severityNumber: severities[level] ?? 0,
    severityText: level,
    eventName: event,
    body: event,
    attributes,
    droppedAttributesCount: 0,
    // Lines do not say whether their trace was sampled.
    flags: 0,
    ...toIds(fields),
  };
}

/** Only ids that are some: a receiver refuses the whole request for one that is not. */
function toIds(fields: LineFields): { readonly traceId: string; readonly spanId: string } {
  const traceId = textOf(fields['trace_id']);
  const spanId = textOf(fields['span_id']);
  return {
    traceId: /^[\da-f]{32}$/i.test(traceId) ? traceId : '',
    spanId: /^[\da-f]{16}$/i.test(spanId) ? spanId : '',
  };
}

/** A process may have named its service anew since it wrote some of the lines. */
function withIdentity(resource: Resource, fields: LineFields | undefined): Resource {
  const attributes: Record<string, AnyValue> = Object.assign(Object.create(null), resource.attributes);
  for (const [field, key] of identityFields) {
    const said = textOf(fields?.[field]);
    if (said !== '') attributes[key] = said;
  }
  return { attributes };
}

const identityFields: readonly (readonly [string, keyof Attributes & string])[] = [
  ['service', serviceNameKey],
  ['environment', environmentKey],
  ['version', serviceVersionKey],
];

function textOf(value: AnyValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function toNanoseconds(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds)) * 1_000_000n;
}
