import { describe, it } from 'vitest';
import { fakes } from './fakes.ts';
import { sources } from './registry.ts';
import type { SourceErrorKind } from './source-error.ts';
import { describeSource } from './testing/contract.ts';

/** What each source's way of failing inside a success is taken for. */
const errorInsideSuccess: Readonly<Record<string, SourceErrorKind>> = {
  coingecko: 'rate_limited',
  // It has no envelope; a challenge page with status 200 is the nearest it has.
  dexscreener: 'schema',
  goplus: 'rate_limited',
};

for (const source of sources) {
  const fake = fakes.find((candidate) => candidate.source === source.name);
  if (fake === undefined) throw new Error(`no fake of ${source.name}`);
  describeSource(source, {
    runner: { describe, it },
    fake,
    errorInsideSuccess: errorInsideSuccess[source.name] ?? 'schema',
  });
}
