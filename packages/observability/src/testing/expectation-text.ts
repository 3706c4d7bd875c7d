import { isDeepStrictEqual } from 'node:util';

type Fields = Readonly<Record<string, unknown>>;

/** Whether `actual` has every one of these fields with an equal value. */
export function containsFields(actual: Fields, expected: Fields): boolean {
  return Object.entries(expected).every(([name, value]) => isDeepStrictEqual(actual[name], value));
}

const mostShown = 30;

/** Says what was looked for and what there was: those of the same name first, else all names. */
export function describeMissing(
  what: string,
  wanted: { readonly name: string; readonly fields: Fields },
  entries: readonly { readonly name: string; readonly fields: Fields }[],
): string {
  const suffix = Object.keys(wanted.fields).length === 0 ? '' : ` with ${JSON.stringify(wanted.fields)}`;
  const head = `expected a ${what} "${wanted.name}"${suffix}`;
  const same = entries.filter((entry) => entry.name === wanted.name);
  if (entries.length === 0) return `${head}, nothing was recorded`;
  if (same.length === 0) {
    const counts = new Map<string, number>();
    for (const { name } of entries) counts.set(name, (counts.get(name) ?? 0) + 1);
    const names = [...counts].slice(0, mostShown).map(([name, count]) => `  ${name} × ${count}`);
    return [`${head}, recorded were`, ...names].join('\n');
  }
  const shown = same.slice(0, mostShown).map(({ fields }) => `  ${JSON.stringify(fields)}`);
  return [`${head}, those of that name have`, ...shown].join('\n');
}
