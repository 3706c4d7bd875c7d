import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { typeName } from '../logs/encoding/error-description.ts';
import { readProperty } from '../logs/encoding/property-reading.ts';
import { redactions } from '../metrics/self-metrics.ts';
import { defaultRedactFields } from '../redaction/default-fields.ts';
import { createRedactor, type Redactor, type RedactorOptions } from '../redaction/redactor.ts';
import { holdsSecret } from '../redaction/secret-names.ts';

/** Attributes of a span. Undefined and null ones are left out; names follow OpenTelemetry (`http.route`). */
export type SpanAttributes = Readonly<Record<string, AttributeValue | null | undefined>>;

// Longer texts are cut: backends refuse or cut them silently, and one huge body must not fill the queue.
const longestText = 8_192;
const longestList = 128;

const redacted = redactions.with({ sink: 'trace' });
const redactedFromBaggage = redactions.with({ sink: 'baggage' });
let redactor: Redactor = createRedactor(defaultRedactFields);

/** Replaces the names whose values are removed from spans, and what stands in their place. */
export function setSpanRedaction(fields: readonly string[], options: RedactorOptions = {}): void {
  redactor = createRedactor(fields, options);
  harmlessNames.clear();
  knownKeys.clear();
}

/** Counts the secrets removed from spans since the last call in `redactions_total`. */
export function reportSpanRedactions(): void {
  if (redactor.count > 0) redacted.inc(redactor.count);
  redactor.count = 0;
}

/**
 * Attributes of the kinds OpenTelemetry knows, every getter already called, because the SDK reads them without guarding
 * the host; secrets are still in them. Never throws.
 */
export function toPlainAttributes(attributes: Readonly<Record<string, unknown>>): Attributes {
  try {
    // The SDK copies them anyway: of four attributes another copy took 170 ns, looking takes 28.
    if (isPlain(attributes)) return attributes as Attributes;
  } catch {
    // Read again below, one by one.
  }
  return mapAttributes(attributes, (_key, value) => toValue(value));
}

/** A copy fit for a span: no secrets, no values OpenTelemetry refuses; never throws. */
export function cleanAttributes(attributes: Readonly<Record<string, unknown>>): Attributes {
  return mapAttributes(attributes, cleanAttribute);
}

/** Cleans the attributes of a finished span where they are: they are the span's own copy. */
export function cleanAttributesInPlace(attributes: Attributes): void {
  for (const key of Object.keys(attributes)) {
    const before = attributes[key];
    const after = cleanAttribute(key, before);
    if (after === before) continue;
    if (after === undefined) delete attributes[key];
    else attributes[key] = after;
  }
}

/** Text of a span (name, status, event name) without secrets and not longer than a backend takes. */
export function cleanSpanText(text: string): string {
  const cleaned = redactor.cleanText(text.length > longestText * 2 ? text.slice(0, longestText * 2) : text);
  return cleaned.length > longestText ? `${cleaned.slice(0, longestText)}…[cut, ${text.length} characters]` : cleaned;
}

/** Whether an entry may not leave the process: its name or its value is a secret's. Counted as removed when it is. */
export function isSecretEntry(name: string, value: string): boolean {
  const before = redactor.count;
  const secret = redactor.isSecretName(name) || redactor.cleanText(value) !== value;
  redactor.count = before;
  if (secret) redactedFromBaggage.inc();
  return secret;
}

function cleanAttribute(key: string, value: unknown): AttributeValue | undefined {
  const known = knownKey(key);
  if (known.secret && holdsSecret(value)) return redactor.replace(value);
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return cleanText(value, known);
  const plain = toValue(value);
  if (typeof plain === 'string') return cleanSpanText(plain);
  if (Array.isArray(plain) && typeof plain[0] === 'string') return plain.map((item) => cleanSpanText(String(item)));
  return plain;
}

function cleanText(text: string, known: KnownKey): string {
  if (text === known.harmless) return text;
  const cleaned = cleanSpanText(text);
  if (cleaned === text && text.length <= longestRemembered) known.harmless = text;
  return cleaned;
}

/** The nearest value OpenTelemetry takes; undefined for what is left out. */
function toValue(value: unknown): AttributeValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === undefined || value === null) return undefined;
  try {
    return Array.isArray(value) ? toList(value.slice(0, longestList)) : describeValue(value);
  } catch {
    return '[unreadable]';
  }
}

/** OpenTelemetry's lists hold one type each; what is neither numbers nor yes and no becomes text. */
function toList(items: readonly unknown[]): AttributeValue {
  if (items.every((item) => typeof item === 'number')) return [...items];
  if (items.every((item) => typeof item === 'boolean')) return [...items];
  return items.map(describeValue);
}

function isPlain(attributes: Readonly<Record<string, unknown>>): boolean {
  for (const key in attributes) {
    const kind = typeof attributes[key];
    if (kind !== 'string' && kind !== 'number' && kind !== 'boolean') return false;
  }
  return true;
}

function mapAttributes(
  attributes: Readonly<Record<string, unknown>>,
  toResult: (key: string, value: unknown) => AttributeValue | undefined,
): Attributes {
  const result: Attributes = {};
  try {
    for (const key of Object.keys(attributes)) {
      const value = toResult(key, readProperty(attributes, key));
      if (value !== undefined) result[key] = value;
    }
  } catch {
    result['attributes.unreadable'] = true;
  }
  return result;
}

/** What was found out about an attribute's name, and the last of its texts in which no secret was found. */
interface KnownKey {
  readonly secret: boolean;
  harmless: string | undefined;
}

// Names come from code and often hold what they held before (route, method, outcome): four attributes take 180 ns to
// clean, 375 when every text is searched again.
const knownKeys = new Map<string, KnownKey>();
const mostRemembered = 2_000;
const longestRemembered = 200;

function knownKey(key: string): KnownKey {
  const found = knownKeys.get(key);
  if (found !== undefined) return found;
  // OpenTelemetry records request headers as lists under names such as http.request.header.authorization.
  const known = { secret: redactor.isSecretName(key) || redactor.isSecretName(lastPart(key)), harmless: undefined };
  if (knownKeys.size >= mostRemembered) knownKeys.clear();
  knownKeys.set(key, known);
  return known;
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

// Names are few and come again.
const harmlessNames = new Set<string>();

/** Like `cleanSpanText`, for the names of spans and events, which come again and again. */
export function cleanSpanName(name: unknown): string {
  const text = String(name);
  if (harmlessNames.has(text)) return text;
  const cleaned = cleanSpanText(text);
  if (cleaned === text && text.length <= longestRemembered) {
    if (harmlessNames.size >= mostRemembered) harmlessNames.clear();
    harmlessNames.add(text);
  }
  return cleaned;
}

/** Any value as text; never throws. */
export function describeValue(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null ? `[${typeName(value)}]` : String(value);
  } catch {
    return '[unreadable]';
  }
}
