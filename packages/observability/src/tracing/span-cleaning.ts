import type { Attributes } from '@opentelemetry/api';
import { cleanAttributesInPlace, cleanSpanName, cleanSpanText, reportSpanRedactions } from './attributes.ts';
import type { FinishedSpan } from './finished-span.ts';

/**
 * Removes secrets from a finished span, whoever set them: instrumentation libraries write attributes without asking us.
 * In place, because what is being cleaned is the SDK's own copy, which nobody reads but exporters.
 */
export function cleanSpan(span: FinishedSpan): void {
  cleanAttributesInPlace(span.attributes);
  for (const event of span.events as readonly { name: string; attributes?: Attributes }[]) {
    event.name = cleanSpanName(event.name);
    if (event.attributes !== undefined) cleanAttributesInPlace(event.attributes);
  }
  for (const link of span.links) if (link.attributes !== undefined) cleanAttributesInPlace(link.attributes);
  const texts = span as { name: string; status: { code: number; message?: string } };
  texts.name = cleanSpanName(texts.name);
  if (texts.status.message !== undefined) {
    texts.status = { ...texts.status, message: cleanSpanText(texts.status.message) };
  }
  reportSpanRedactions();
}
