import type { Baggage, BaggageEntry, Context } from '@opentelemetry/api';
import { apiModule } from '../api-module.ts';
import { baggageKey } from '../registered-api.ts';
import type { BaggageItem } from './baggage-header.ts';

/** The baggage a context carries. */
export function baggageIn(context: Context): Baggage | undefined {
  return (context.getValue(baggageKey) as Baggage | undefined) || undefined;
}

/** `base` with entries added to its baggage; those of the same name give way. */
export function withItems(base: Context, items: readonly BaggageItem[]): Context {
  if (items.length === 0) return base;
  const entries = new Map<string, BaggageEntry>(baggageIn(base)?.getAllEntries() ?? []);
  for (const { key, value, metadata } of items) entries.set(key, toEntry(value, metadata));
  // fromEntries defines own properties, so that an entry named __proto__ is an entry.
  return base.setValue(baggageKey, apiModule().propagation.createBaggage(Object.fromEntries(entries)));
}

/** `base` without the entries of these names. */
export function withoutItems(base: Context, keys: readonly string[]): Context {
  const baggage = baggageIn(base);
  if (baggage === undefined || keys.length === 0) return base;
  return base.setValue(baggageKey, baggage.removeEntries(...keys));
}

function toEntry(value: string, metadata: string | undefined): BaggageEntry {
  return metadata === undefined ? { value } : { value, metadata: apiModule().baggageEntryMetadataFromString(metadata) };
}
