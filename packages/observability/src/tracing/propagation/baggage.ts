import { activeContexts } from '../active-ids.ts';
import { describeValue } from '../attributes.ts';
import { tracingState } from '../tracing-state.ts';
import type { BaggageItem } from './baggage-header.ts';
import { baggageIn, withItems, withoutItems } from './context-baggage.ts';

/** What travels with a request through all services; a value of undefined takes an entry away. */
export type BaggageEntries = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * The W3C baggage that is active here: what the caller sent and what `withBaggage` added. Empty outside any, and while
 * tracing is off. Everybody who took part may have written it: do not trust it more than the request it came with.
 */
export function getBaggage(): Readonly<Record<string, string>> {
  const context = tracingState.mode === 'off' ? undefined : activeContexts()?.active();
  const entries = context === undefined ? undefined : baggageIn(context)?.getAllEntries();
  return Object.fromEntries((entries ?? []).map(([key, { value }]) => [key, value]));
}

/**
 * Runs `work` with entries added to the baggage, which `injectTraceHeaders` sends along with every request made inside.
 * Sent are at most 180 entries and 8192 bytes (https://www.w3.org/TR/baggage/#limits); entries named like secrets, or
 * whose value looks like one, stay in the process. While tracing is off `work` simply runs.
 */
export function withBaggage<T>(entries: BaggageEntries, work: () => T): T {
  const contexts = tracingState.mode === 'off' ? undefined : activeContexts();
  if (contexts === undefined) return work();
  const { added, removed } = readEntries(entries);
  const active = contexts.active();
  return contexts.with(withItems(withoutItems(active, removed), added), work);
}

function readEntries(entries: BaggageEntries): { readonly added: BaggageItem[]; readonly removed: string[] } {
  const added: BaggageItem[] = [];
  const removed: string[] = [];
  try {
    for (const [key, value] of Object.entries(entries)) {
      if (value === undefined || value === null) removed.push(key);
      else if (key !== '') added.push({ key, value: describeValue(value), metadata: undefined });
    }
  } catch {
    // Entries that cannot be read do not travel.
  }
  return { added, removed };
}
