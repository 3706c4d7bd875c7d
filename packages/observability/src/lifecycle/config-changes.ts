import { isTree, leavesOf, toKey } from '../config/layers.ts';
import { createConfigPrinter } from '../config/printable-value.ts';
import type { ObservabilityConfig } from '../config/schema.ts';

/**
 * What differs between two configurations, one sentence per key: `logging.level: INFO → DEBUG`. Of a secret only that it
 * changed.
 */
export function describeChanges(before: ObservabilityConfig, after: ObservabilityConfig): readonly string[] {
  // What was a secret under the old rules is not shown because the new ones forget it.
  const printer = createConfigPrinter([...before.logging.redact_fields, ...after.logging.redact_fields]);
  const old = valuesByKey(before);
  const young = valuesByKey(after);
  const keys = [...new Set([...old.keys(), ...young.keys()])];
  return keys.flatMap((key) => {
    const [from, to] = [old.get(key), young.get(key)];
    if (JSON.stringify(from) === JSON.stringify(to)) return [];
    if (printer.isSecretKey(key)) return [`${key}: ${changeOfSecret(from, to)}`];
    if (isTextList(from) && isTextList(to)) return [`${key}: ${changeOfList(from, to)}`];
    const [fromText, toText] = [from, to].map((value) => shortText(printer.toPrintable(key, value)));
    // Values that differ only in what is hidden.
    return [`${key}: ${fromText === toText ? 'changed (not shown)' : `${fromText} → ${toText}`}`];
  });
}

function valuesByKey(config: ObservabilityConfig): Map<string, unknown> {
  return new Map(leavesOf(config).map(({ path, value }) => [toKey(path), value]));
}

function changeOfSecret(from: unknown, to: unknown): string {
  if (from === undefined) return 'set (not shown)';
  return to === undefined ? 'taken out' : 'changed (not shown)';
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Long lists change by a name or two. */
function changeOfList(from: readonly string[], to: readonly string[]): string {
  const added = to.filter((item) => !from.includes(item)).map((item) => `+${item}`);
  const removed = from.filter((item) => !to.includes(item)).map((item) => `−${item}`);
  const changes = [...added, ...removed];
  return changes.length === 0 ? 'other order' : changes.join(' ');
}

function shortText(value: unknown): string {
  if (value === null) return 'not set';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const limit = isTree(value) || Array.isArray(value) ? 120 : 80;
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}
