import { coingecko } from './coingecko/source.ts';
import type { SourceDeclaration } from './define-source.ts';
import { dexscreener } from './dexscreener/source.ts';
import { goplus } from './goplus/source.ts';

const all = [coingecko, dexscreener, goplus] as const;

export type SourceName = (typeof all)[number]['name'];

/** Every source the package knows, as declared. */
export const sources: readonly SourceDeclaration<SourceName>[] = all;

/** Values of the label `source`, names of the settings sections. */
export const sourceNames: readonly SourceName[] = sources.map((source) => source.name);

export function sourceOf(name: SourceName): SourceDeclaration<SourceName> {
  const found = sources.find((source) => source.name === name);
  if (found === undefined) throw new RangeError(`source "${name}" is not one of ${sourceNames.join(', ')}`);
  return found;
}
