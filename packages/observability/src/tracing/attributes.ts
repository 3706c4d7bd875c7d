import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { typeName } from '../logs/error-description.ts';
import { redactions } from '../metrics/self-metrics.ts';
import { defaultRedactFields } from '../redaction/default-fields.ts';
import { holdsSecret } from '../redaction/json-rules.ts';
import { createRedactor, type Redactor, redactedText } from '../redaction/redactor.ts';

/** Attributes of a span. Undefined and null ones are left out; names follow OpenTelemetry (`http.route`). */
export type SpanAttributes = Readonly<Record<string, AttributeValue | null | undefined>>;

// Longer texts are cut: backends refuse or cut them silently, and one huge body must not fill the queue.
const longestText = 8_192;

const redacted = redactions.with({ sink: 'trace' });
let redactor: Redactor = createRedactor(defaultRedactFields);

/** Replaces the names whose values are removed from spans. */
export function setSpanRedaction(fields: readonly string[]): void {
  redactor = createRedactor(fields);
}

/** Counts the secrets removed from spans since the last call in `redactions_total`. */
export function reportSpanRedactions(): void {
  if (redactor.count > 0) redacted.inc(redactor.count);
  redactor.count = 0;
}

/** A plain copy, every getter already called, because the SDK reads attributes without guarding the host; never throws. */
export function readAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  try {
    for (const key of Object.keys(attributes)) copy[key] = readAttribute(attributes, key);
  } catch {
    copy['attributes.unreadable'] = true;
  }
  return copy;
}

/** A copy fit for a span: no secrets, no values OpenTelemetry refuses; never throws. */
export function cleanAttributes(attributes: Readonly<Record<string, unknown>>): Attributes {
  const cleaned: Attributes = {};
  for (const [key, raw] of Object.entries(readAttributes(attributes))) {
    const value = cleanAttribute(key, raw);
    if (value !== undefined) cleaned[key] = value;
  }
  return cleaned;
}

/** Cleans the attributes of a finished span where they are: they are the span's own copy. */
export function cleanAttributesInPlace(attributes: Attributes): void {
  for (const key of Object.keys(attributes)) {
    const before = attributes[key];
    const after = cleanAttribute(key, before);
    if (after !== undefined && after !== before) attributes[key] = after;
  }
}

/** Text of a span (name, status, event name) without secrets and not longer than a backend takes. */
export function cleanSpanText(text: string): string {
  const cleaned = redactor.cleanText(text.length > longestText * 2 ? text.slice(0, longestText * 2) : text);
  return cleaned.length > longestText ? `${cleaned.slice(0, longestText)}…[cut, ${text.length} characters]` : cleaned;
}

function cleanAttribute(key: string, value: unknown): AttributeValue | undefined {
  // OpenTelemetry records request headers as lists under names such as http.request.header.authorization.
  if (holdsSecret(value) && (redactor.isSecretName(key) || redactor.isSecretName(lastPart(key)))) {
    redactor.count += 1;
    return redactedText;
  }
  if (typeof value === 'string') return cleanSpanText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return cleanList(value.slice(0, 128));
  return cleanSpanText(describe(value));
}

/** OpenTelemetry's lists hold one type each; what is neither numbers nor yes and no becomes text. */
function cleanList(items: readonly unknown[]): AttributeValue {
  if (items.every((item) => typeof item === 'number')) return [...items];
  if (items.every((item) => typeof item === 'boolean')) return [...items];
  return items.map((item) => cleanSpanText(describe(item)));
}

function readAttribute(attributes: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return attributes[key];
  } catch {
    return '[getter threw]';
  }
}

function lastPart(key: string): string {
  return key.slice(key.lastIndexOf('.') + 1);
}

function describe(value: unknown): string {
  try {
    return typeof value === 'object' && value !== null ? `[${typeName(value)}]` : String(value);
  } catch {
    return '[unreadable]';
  }
}
