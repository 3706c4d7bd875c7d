import { createRedactor } from '../../redaction/redactor.ts';
import type { LogFields, LogRecord, TraceIds } from '../log-record.ts';
import { describeError, isError } from './error-description.ts';
import { createFieldsEncoder } from './fields-encoder.ts';
import { toJsonText } from './json-text.ts';
import { createTimestamps } from './line-timestamp.ts';
import { RedactionTrail } from './redaction-trail.ts';
import { ValueEncoder } from './value-encoder.ts';
import { describeOddity } from './value-kinds.ts';

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

/** What decides how lines look. */
export interface LineEncoderOptions {
  readonly redactFields: readonly string[];
  readonly defaultFields: LogFields;
  readonly redaction?: { readonly pseudonymKey?: string | undefined; readonly listPaths: boolean };
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

/** Builds the function that turns records into lines. It never throws, whatever the record holds. */
export function createLineEncoder(
  identity: ServiceIdentity,
  { redactFields, defaultFields, redaction }: LineEncoderOptions,
): (record: LogRecord, moment: LineMoment) => EncodedLine {
  const redactor = createRedactor(redactFields, { pseudonymKey: redaction?.pseudonymKey });
  const trail = redaction?.listPaths ? new RedactionTrail() : undefined;
  const reserved = trail === undefined ? reservedFields : new Set([...reservedFields, 'redacted']);
  const values = new ValueEncoder(redactor, { reserved, trail });
  const encodeFields = createFieldsEncoder(values, trail);
  const timestamp = createTimestamps('{"timestamp":"');
  const hasDefaults = Object.keys(defaultFields).length > 0;
  const service =
    `,"service":${toJsonText(identity.serviceName)},"environment":${toJsonText(identity.environment)}` +
    `,"version":${toJsonText(identity.version)}`;
  const idsText = createIdsText();
  const heads = createHeads(({ level, logger, event }) => {
    const loggerText = values.text(toText(logger), 'logger');
    return `","level":"${level}","logger":${loggerText},"event":${values.text(toText(event), 'event')}${service}`;
  });

  return (record, moment) => {
    redactor.count = 0;
    values.startLine();
    trail?.start();
    const { thrown, fields, bound } = record;
    let line = timestamp(moment.timeMs) + heads(record, redactor);
    if (moment.ids !== undefined) line += idsText(moment.ids);
    const hasError = thrown !== undefined;
    if (hasError) line += encodeThrown(thrown.error, values);
    // The most particular first, so that a field of the call wins over a bound or default one of the same name.
    const written = bound === undefined && !hasDefaults ? undefined : new Set<string>();
    if (fields !== undefined) line += encodeFields(fields, { root: 'fields', written, hasError });
    if (bound !== undefined) line += encodeFields(bound, { root: 'bound', written, hasError });
    if (hasDefaults) line += encodeFields(defaultFields, { root: 'default_fields', written, hasError });
    const paths = trail?.list();
    if (paths !== undefined) line += `,"redacted":[${paths.map((path) => toJsonText(path)).join(',')}]`;
    return { line: `${line}}`, redactions: redactor.count };
  };
}

// Events are facts written in code; one that is made from data does not stay.
const rememberedHeads = 1_000;
const longestRemembered = 100;

/**
 * Remembers what lines of the same event have in common, for the logger and level it was last written with: 16 ns in
 * place of 140 ns of reading and gluing. A head that lost a secret is made anew, so that it is counted each time.
 */
function createHeads(make: (record: LogRecord) => string): (record: LogRecord, redactor: { count: number }) => string {
  const heads = new Map<string, { readonly level: string; readonly logger: string; readonly text: string }>();
  return (record, redactor) => {
    const { level, logger, event } = record;
    const known = heads.get(event);
    if (known !== undefined && known.level === level && known.logger === logger) return known.text;
    const text = make(record);
    if (redactor.count === 0 && typeof event === 'string' && event.length <= longestRemembered) {
      if (heads.size >= rememberedHeads) heads.clear();
      heads.set(event, { level, logger, text });
    }
    return text;
  };
}

/** Lines come several to a span; the text of the last ids is kept, 5 pieces of a line in one. */
function createIdsText(): (ids: TraceIds) => string {
  let lastTrace = '';
  let lastSpan = '';
  let text = '';
  return ({ traceId, spanId }) => {
    if (spanId === lastSpan && traceId === lastTrace && text !== '') return text;
    lastTrace = traceId;
    lastSpan = spanId;
    text = `,"trace_id":${toJsonText(traceId)},"span_id":${toJsonText(spanId)}`;
    return text;
  };
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : describeOddity(value);
}

function encodeThrown(error: unknown, values: ValueEncoder): string {
  return values.field(values.name('error'), isError(error) ? error : describeError(error));
}
