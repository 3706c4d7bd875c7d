import { z } from 'zod';
import { WireError } from '../wire-error.ts';

const numbers = z.looseObject({ h24: z.unknown() }).nullish().catch(undefined);

/** Keys the source does not know are left out, so only what makes a pair a pair is demanded. */
const pair = z.looseObject({
  chainId: z.string(),
  pairAddress: z.string(),
  baseToken: z.looseObject({ address: z.string() }),
  quoteToken: z.looseObject({ address: z.string().nullish().catch(undefined) }),
  txns: z
    .looseObject({ h24: z.looseObject({ buys: z.unknown(), sells: z.unknown() }).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  volume: numbers,
  priceChange: numbers,
  liquidity: z.looseObject({ usd: z.unknown(), base: z.unknown(), quote: z.unknown() }).nullish().catch(undefined),
});

export type Pair = z.output<typeof pair>;

/** Newer endpoints answer a bare array, older ones `{ pairs: [...] | null }`; both mean the same. */
export function parsePairs(body: unknown): readonly Pair[] {
  const entries = entriesOf(body);
  const parsed = entries.map((entry) => pair.safeParse(entry));
  const pairs = parsed.flatMap((entry) => (entry.success ? [entry.data] : []));
  if (pairs.length < parsed.length) throw new WireError('pairs with chain, address and both tokens', entries[0]);
  return pairs;
}

function entriesOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  if (typeof body === 'object' && body !== null && 'pairs' in body) {
    if (body.pairs === null) return [];
    if (Array.isArray(body.pairs)) return body.pairs;
  }
  throw new WireError('an array of pairs', body);
}
