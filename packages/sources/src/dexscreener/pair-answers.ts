import { commaList, isJsonObject, type JsonObject, jsonReply, pathSegments } from '../imitation/fake-reply.ts';
import type { FakeReply, FakeRequest } from '../imitation/market-token.ts';

/** The pairs that can be asked for, in the order in which DexScreener would list them. */
export interface PairCatalog {
  readonly pairs: readonly JsonObject[];
}

const schemaVersion = '1.0.0';

/** More than this many addresses, and more than this many pairs in one answer, are cut off. */
const answerLimit = 30;

const wrongPath = (): FakeReply => jsonReply(404, { error: 'Not Found' });

/** Answers DexScreener's pair endpoints from a catalog. */
export function answerPairs(request: FakeRequest, catalog: PairCatalog): FakeReply {
  if (request.method !== 'GET') return wrongPath();
  const segments = pathSegments(request.path);
  const [first, second, third, fourth, fifth] = segments;
  const length = segments.length;
  if (first === 'tokens' && second === 'v1' && length === 4) return ofTokens(catalog, third, fourth);
  if (first === 'token-pairs' && second === 'v1' && length === 4) return ofTokens(catalog, third, fourth);
  if (first !== 'latest' || second !== 'dex') return wrongPath();
  if (third === 'tokens' && length === 4) return anyChain(catalog, fourth);
  if (third === 'pairs' && length === 5) return byPairAddress(catalog, fourth, fifth);
  if (third === 'search' && length === 3) return search(catalog, request.query);
  return wrongPath();
}

/** The v1 endpoints keep to one chain and answer a bare list, empty for an unknown token. */
function ofTokens(catalog: PairCatalog, chain: string | undefined, addresses: string | undefined): FakeReply {
  const wanted = wantedAddresses(addresses);
  return jsonReply(
    200,
    catalog.pairs.filter((pair) => pair['chainId'] === chain && mentions(pair, wanted)),
  );
}

/** All chains mixed: a copied chain answers for the same address. Unknown is `pairs: null`, not an empty list. */
function anyChain(catalog: PairCatalog, addresses: string | undefined): FakeReply {
  const wanted = wantedAddresses(addresses);
  const pairs = catalog.pairs.filter((pair) => mentions(pair, wanted)).slice(0, answerLimit);
  return jsonReply(200, { schemaVersion, pairs: pairs.length === 0 ? null : pairs });
}

function byPairAddress(catalog: PairCatalog, chain: string | undefined, addresses: string | undefined): FakeReply {
  const wanted = wantedAddresses(addresses);
  const pairs = catalog.pairs.filter(
    (pair) => pair['chainId'] === chain && wanted.has(String(pair['pairAddress']).toLowerCase()),
  );
  return jsonReply(200, { schemaVersion, pairs: pairs.length === 0 ? null : pairs, pair: pairs[0] ?? null });
}

function search(catalog: PairCatalog, query: URLSearchParams): FakeReply {
  const words = (query.get('q') ?? '').trim().toLowerCase();
  if (words === '') return jsonReply(200, { schemaVersion, pairs: [] });
  const pairs = catalog.pairs
    .filter((pair) => searchText(pair).some((text) => text.includes(words)))
    .slice(0, answerLimit);
  return jsonReply(200, { schemaVersion, pairs });
}

function searchText(pair: JsonObject): readonly string[] {
  const base = sideOf(pair, 'baseToken');
  const quote = sideOf(pair, 'quoteToken');
  return [base['symbol'], base['name'], base['address'], quote['symbol'], quote['address'], pair['pairAddress']]
    .filter((text) => typeof text === 'string')
    .map((text) => text.toLowerCase());
}

function mentions(pair: JsonObject, wanted: ReadonlySet<string>): boolean {
  return ['baseToken', 'quoteToken'].some((side) => {
    const address = sideOf(pair, side)['address'];
    return typeof address === 'string' && wanted.has(address.toLowerCase());
  });
}

function sideOf(pair: JsonObject, side: string): JsonObject {
  const token = pair[side];
  return isJsonObject(token) ? token : {};
}

/** Compared in lower case even for Solana: DexScreener finds a mint however its case was changed. */
function wantedAddresses(addresses: string | undefined): ReadonlySet<string> {
  const wanted = commaList(addresses).slice(0, answerLimit);
  return new Set(wanted.map((address) => address.toLowerCase()));
}
