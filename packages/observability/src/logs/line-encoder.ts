import { createRedactor } from '../redaction/redactor.ts';
import { describeError } from './error-description.ts';
import { toJsonText } from './json-text.ts';
import type { LogFields, LogRecord, TraceIds } from './log-record.ts';
import { ValueEncoder } from './value-encoder.ts';

/** What every line of a process says about it. */
export interface ServiceIdentity {
  readonly serviceName: string;
  readonly environment: string;
  readonly version: string;
}

/** One finished line and the number of secrets taken out of it. */
export interface EncodedLine {
  readonly line: string;
  readonly redactions: number;
}

/** When and in which trace the line was written. */
export interface LineMoment {
  readonly timeMs: number;
  readonly ids: TraceIds | undefined;
}

/** The names a line itself gives meaning to: a field of such a name is written as `field_<name>`. */
export const reservedFields: ReadonlySet<string> = new Set([
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

/** Builds the function that turns records into lines. */
export function createLineEncoder(
  identity: ServiceIdentity,
  options: { readonly redactFields: readonly string[]; readonly defaultFields: LogFields },
): (record: LogRecord, moment: LineMoment) => EncodedLine {
  const redactor = createRedactor(options.redactFields);
  const values = new ValueEncoder(redactor);
  const service =
    `,"service":${toJsonText(identity.serviceName)},"environment":${toJsonText(identity.environment)}` +
    `,"version":${toJsonText(identity.version)}`;

  return (record, moment) => {
    redactor.count = 0;
    values.startLine();
    const { ids } = moment;
    const head =
      `{"timestamp":"${new Date(moment.timeMs).toISOString()}","level":"${record.level}"` +
      `,"logger":${values.text(String(record.logger))},"event":${values.text(String(record.event))}${service}` +
      (ids === undefined ? '' : `,"trace_id":"${ids.traceId}","span_id":"${ids.spanId}"`);
    // The most particular first, so that a field of the call wins over a bound or default one of the same name.
    const written = new Set<string>(record.thrown === undefined ? reservedFields : reservedWithError);
    let tail = record.thrown === undefined ? '' : `,"error":${encodeThrown(record.thrown.error, values)}`;
    for (const fields of [record.fields, record.bound, options.defaultFields]) {
      if (fields !== undefined && fields !== null) tail += encodeFields(fields, written, values);
    }
    return { line: `${head}${tail}}`, redactions: redactor.count };
  };
}

const reservedWithError: ReadonlySet<string> = new Set([...reservedFields, 'error']);

function encodeThrown(error: unknown, values: ValueEncoder): string {
  const described = typeof error === 'object' && error instanceof Error ? error : describeError(error);
  return values.field('error', described) ?? '{}';
}

function encodeFields(fields: LogFields, written: Set<string>, values: ValueEncoder): string {
  const keys = readKeys(fields);
  const own: string[] = [];
  let text = '';
  for (const key of keys) {
    if (written.has(key) && !reservedWithError.has(key)) continue;
    const name = freeName(key, { written, keys });
    const encoded = values.field(key, readField(fields, key));
    if (encoded === undefined) continue;
    own.push(name);
    text += `,${values.name(name)}:${encoded}`;
  }
  for (const name of own) written.add(name);
  return text;
}

/** `level` becomes `field_level`, and goes on growing while the caller has a field of that very name too. */
function freeName(key: string, taken: { written: ReadonlySet<string>; keys: readonly string[] }): string {
  let name = key;
  while (taken.written.has(name) || (name !== key && taken.keys.includes(name))) name = `field_${name}`;
  return name;
}

const widestFields = 200;

function readKeys(fields: LogFields): readonly string[] {
  try {
    return typeof fields === 'object' ? Object.keys(fields).slice(0, widestFields) : [];
  } catch {
    return [];
  }
}

function readField(fields: LogFields, key: string): unknown {
  try {
    return fields[key];
  } catch {
    return '[getter threw]';
  }
}
