import type { KeyPath } from './yaml-document.ts';

/** Nested data whose leaves replace those of lower layers. */
export type ConfigTree = { [key: string]: unknown };

/** Whether a value is a section rather than a leaf. */
export function isTree(value: unknown): value is ConfigTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy of `tree` with `value` at `path`; what stood in the way of the path is replaced. */
export function withValue(tree: unknown, path: KeyPath, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(tree) && typeof step === 'number') {
    return tree.map((item, index) => (index === step ? withValue(item, rest, value) : item));
  }
  const copy = emptyTree(isTree(tree) ? tree : {});
  copy[step] = withValue(copy[step], rest, value);
  return copy;
}

/** The paths and values of all leaves; lists are leaves. */
export function leavesOf(tree: unknown, path: KeyPath = []): readonly { path: KeyPath; value: unknown }[] {
  if (!isTree(tree)) return tree === undefined ? [] : [{ path, value: tree }];
  return Object.entries(tree).flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

/** Dotted, as messages and `--origin` show it. */
export function toKey(path: KeyPath): string {
  return path.map(String).join('.');
}

// Own `__proto__` keys must stay data: they are unknown keys to refuse, not prototypes to set.
function emptyTree(from: ConfigTree): ConfigTree {
  return Object.assign(Object.create(null), from);
}
