import type { FinishedSpan } from './finished-span.ts';

// Placeholders until measured
const emptySpan = 1_100;
const perAttribute = 40;
const perEvent = 200;
const perLink = 200;
const perListItem = 16;

/** Roughly how many bytes of heap a finished span occupies. */
export function heldBytesOf(span: FinishedSpan): number {
  let bytes = emptySpan + attributesBytes(span.attributes);
  for (const event of span.events) bytes += perEvent + event.name.length + attributesBytes(event.attributes);
  for (const link of span.links) bytes += perLink + attributesBytes(link.attributes);
  return bytes + (span.status.message?.length ?? 0);
}

function attributesBytes(attributes: Readonly<Record<string, unknown>> | undefined): number {
  let bytes = 0;
  for (const key in attributes) bytes += perAttribute + valueBytes(attributes[key]);
  return bytes;
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 0;
  let bytes = 0;
  for (const item of value) bytes += perListItem + (typeof item === 'string' ? item.length : 0);
  return bytes;
}
