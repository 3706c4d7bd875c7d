import { chainIds, type Token } from '@autotrader/sources';
import type { RecordedToken } from '@autotrader/sources/fakes';

type Contract = NonNullable<Token['contract']>;

/** What all sources together say of one token. */
interface Merged {
  readonly symbol: string;
  readonly name: string;
  /** The first one is the token's home. */
  readonly contracts: readonly Contract[];
  readonly coingeckoId?: string;
  readonly newestAtMs?: number;
}

const contractKey = ({ chain, address }: Contract): string => `${chain}:${address}`;

/** A token to scan, and the newest moment that its recordings name. */
export interface RecordedEntry {
  readonly token: Token;
  readonly newestAtMs?: number;
}

/**
 * The tokens of all recordings as one watchlist, sorted by symbol. The same contract or the same CoinGecko id is the
 * same token; the same ticker is not, since anybody can take one.
 */
export function mergeWatchlist(recorded: readonly RecordedToken[]): readonly RecordedEntry[] {
  const merged = mergeTokens(recorded);
  return nameTokens(merged).sort((a, b) => compare(a.token.symbol, b.token.symbol));
}

/** Tokens with a CoinGecko id first: they know all their contracts, so the others find their place. */
function mergeTokens(recorded: readonly RecordedToken[]): readonly Merged[] {
  const byId = [...recorded].sort((a, b) => Number(b.coingeckoId !== undefined) - Number(a.coingeckoId !== undefined));
  const found: Merged[] = [];
  const indexOfContract = new Map<string, number>();
  const indexOfId = new Map<string, number>();
  for (const token of byId) {
    const known =
      (token.coingeckoId === undefined ? undefined : indexOfId.get(token.coingeckoId)) ??
      token.contracts
        .map((contract) => indexOfContract.get(contractKey(contract)))
        .find((index) => index !== undefined);
    if (known !== undefined) {
      found[known] = dated(found[known] ?? token, token.newestAtMs);
      continue;
    }
    const index = found.push(token) - 1;
    if (token.coingeckoId !== undefined) indexOfId.set(token.coingeckoId, index);
    for (const contract of token.contracts) indexOfContract.set(contractKey(contract), index);
  }
  return found;
}

function dated(token: Merged, atMs: number | undefined): Merged {
  return atMs === undefined ? token : { ...token, newestAtMs: Math.max(atMs, token.newestAtMs ?? atMs) };
}

/** The plain ticker goes to the token that CoinGecko lists, then to the first chain we know; the others say their chain. */
function nameTokens(merged: readonly Merged[]): RecordedEntry[] {
  const ranked = [...merged].sort(
    (a, b) =>
      Number(b.coingeckoId !== undefined) - Number(a.coingeckoId !== undefined) ||
      chainRank(a) - chainRank(b) ||
      compare(identity(a), identity(b)),
  );
  const taken = new Set<string>();
  return ranked.map((token) => {
    const symbol = freeSymbol(token, taken);
    taken.add(symbol);
    const [contract] = token.contracts;
    const named: Token = {
      symbol,
      name: token.name,
      ...(contract === undefined ? {} : { contract }),
      ...(token.coingeckoId === undefined ? {} : { coingeckoId: token.coingeckoId }),
    };
    return token.newestAtMs === undefined ? { token: named } : { token: named, newestAtMs: token.newestAtMs };
  });
}

function freeSymbol(token: Merged, taken: ReadonlySet<string>): string {
  const plain = tickerOf(token);
  if (!taken.has(plain)) return plain;
  const suffix = token.contracts[0]?.chain ?? token.coingeckoId ?? 'other';
  const named = `${plain}_${asTicker(suffix)}`;
  if (!taken.has(named)) return named;
  for (let number = 2; ; number += 1) {
    if (!taken.has(`${named}_${number}`)) return `${named}_${number}`;
  }
}

function tickerOf(token: Merged): string {
  const ticker = asTicker(token.symbol);
  // A ticker of signs alone leaves nothing that can be typed.
  return ticker === '' ? asTicker(identity(token)).slice(0, 12) : ticker;
}

/** Upper case without what hides or looks alike: tickers contain odd spaces, bullets and full-width letters. */
function asTicker(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
}

const identity = (token: Merged): string => token.coingeckoId ?? token.contracts.map(contractKey)[0] ?? token.symbol;

function chainRank(token: Merged): number {
  const [contract] = token.contracts;
  return contract === undefined ? chainIds.length : chainIds.indexOf(contract.chain);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
