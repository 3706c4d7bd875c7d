import { defaultRedactFields } from '../redaction/default-fields.ts';
import { createRedactor } from '../redaction/redactor.ts';

const redactor = createRedactor(defaultRedactFields);

/** A label value without what looks like a secret in it; the same string when there is nothing. */
export function cleanLabelText(text: string): string {
  return redactor.cleanText(text);
}
