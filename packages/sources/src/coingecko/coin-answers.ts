import { commaList, type JsonObject, jsonReply, pathSegments, textReply } from '../imitation/fake-reply.ts';
import type { FakeReply, FakeRequest } from '../imitation/market-token.ts';

/** The coins that can be asked for, wherever they come from. */
export interface CoinCatalog {
  /** Highest market cap first, as `/coins/markets` answers. */
  readonly ids: readonly string[];
  /** A row of `/coins/markets`. */
  row(id: string): JsonObject | undefined;
  /** The body of `/coins/{id}` with every optional block. */
  coin(id: string): JsonObject | undefined;
  idOfContract(platform: string, address: string): string | undefined;
}

const cacheHeaders = { 'cache-control': 'max-age=30, public, must-revalidate, s-maxage=30' };

/** Same body for an unknown id and an unknown contract. */
export const coinNotFound = (): FakeReply => jsonReply(404, { error: 'coin not found' });

const wrongPath = (): FakeReply =>
  jsonReply(404, { error: 'Incorrect path. Please check https://www.coingecko.com/api/' });

/** Answers CoinGecko's read endpoints from a catalog. */
export function answerCoins(request: FakeRequest, catalog: CoinCatalog): FakeReply {
  if (request.method !== 'GET') return wrongPath();
  const segments = pathSegments(request.path);
  const [first, second, third, fourth] = segments;
  const route = `${first ?? ''}/${segments.length}`;
  if (route === 'ping/1') return jsonReply(200, { gecko_says: '(V3) To the Moon!' });
  if (route === 'search/1') return search(request.query, catalog);
  if (route === 'simple/2' && second === 'price') return simplePrice(request.query, catalog);
  if (route === 'coins/2' && second === 'markets') return markets(request.query, catalog);
  if (route === 'coins/2') return coin(second, request.query, catalog);
  if (route === 'coins/4' && third === 'contract') {
    return coin(catalog.idOfContract(second ?? '', fourth ?? ''), request.query, catalog);
  }
  return wrongPath();
}

function markets(query: URLSearchParams, catalog: CoinCatalog): FakeReply {
  const currency = query.get('vs_currency');
  if (currency === null) return jsonReply(422, { error: 'Missing parameter vs_currency' });
  if (currency !== 'usd') return jsonReply(422, { error: 'invalid vs_currency' });
  const perPage = Math.min(250, positiveInteger(query.get('per_page'), 100));
  const start = (positiveInteger(query.get('page'), 1) - 1) * perPage;
  const rows = wantedIds(query, catalog)
    .slice(start, start + perPage)
    .map((id) => catalog.row(id))
    .filter((row) => row !== undefined)
    .map((row) => withWindows(row, query));
  return jsonReply(200, rows, cacheHeaders);
}

function wantedIds(query: URLSearchParams, catalog: CoinCatalog): readonly string[] {
  if (query.has('ids')) {
    const wanted = new Set(commaList(query.get('ids')));
    // The catalog's order, not the question's: CoinGecko sorts by market cap even when ids are given.
    return wanted.size === 0 ? catalog.ids : catalog.ids.filter((id) => wanted.has(id));
  }
  for (const key of ['symbols', 'names'] as const) {
    const wanted = new Set(commaList(query.get(key)).map((value) => value.toLowerCase()));
    if (wanted.size === 0) continue;
    const field = key === 'symbols' ? 'symbol' : 'name';
    return catalog.ids.filter((id) => wanted.has(String(catalog.row(id)?.[field]).toLowerCase()));
  }
  return catalog.ids;
}

/** `price_change_percentage=24h,7d` adds keys that are absent otherwise. */
function withWindows(row: JsonObject, query: URLSearchParams): JsonObject {
  const wanted = new Set(commaList(query.get('price_change_percentage')));
  const entries = Object.entries(row).filter(([key]) => {
    const window = /^price_change_percentage_(.+)_in_currency$/.exec(key)?.[1];
    if (key === 'sparkline_in_7d') return query.get('sparkline') === 'true';
    return window === undefined || wanted.has(window);
  });
  return Object.fromEntries(entries);
}

/** Blocks that a question can leave out: the parameter, its default and the key it removes. */
const optionalBlocks = [
  { parameter: 'localization', key: 'localization' },
  { parameter: 'tickers', key: 'tickers' },
  { parameter: 'market_data', key: 'market_data' },
  { parameter: 'community_data', key: 'community_data' },
  { parameter: 'developer_data', key: 'developer_data' },
] as const;

function coin(id: string | undefined, query: URLSearchParams, catalog: CoinCatalog): FakeReply {
  const body = id === undefined ? undefined : catalog.coin(id);
  if (body === undefined) return coinNotFound();
  const removed = new Set<string>(
    optionalBlocks.filter((block) => query.get(block.parameter) === 'false').map((block) => block.key),
  );
  const kept = Object.fromEntries(Object.entries(body).filter(([key]) => !removed.has(key)));
  return jsonReply(200, kept, cacheHeaders);
}

function simplePrice(query: URLSearchParams, catalog: CoinCatalog): FakeReply {
  const ids = commaList(query.get('ids'));
  if (ids.length === 0) return jsonReply(422, { error: 'Missing parameter ids' });
  if (!query.has('vs_currencies')) return jsonReply(422, { error: 'Missing parameter vs_currencies' });
  // About 70 was the limit that users ran into; the answer is this text, not JSON.
  if (ids.length > 70) {
    return textReply(400, 'text/plain; charset=utf-8', 'translation missing: en.api.errors.too_many_coin_ids');
  }
  const entries = ids.flatMap((id) => {
    const row = catalog.row(id);
    return row === undefined ? [] : [[id, priceOf(row, query)] as const];
  });
  return jsonReply(200, Object.fromEntries(entries), cacheHeaders);
}

function priceOf(row: JsonObject, query: URLSearchParams): JsonObject {
  if (!commaList(query.get('vs_currencies')).includes('usd')) return {};
  const price: Record<string, unknown> = { usd: row['current_price'] };
  if (query.get('include_market_cap') === 'true') price['usd_market_cap'] = row['market_cap'];
  if (query.get('include_24hr_vol') === 'true') price['usd_24h_vol'] = row['total_volume'];
  if (query.get('include_24hr_change') === 'true') price['usd_24h_change'] = row['price_change_percentage_24h'];
  if (query.get('include_last_updated_at') === 'true') {
    price['last_updated_at'] = Math.floor(Date.parse(String(row['last_updated'])) / 1000);
  }
  return price;
}

function search(query: URLSearchParams, catalog: CoinCatalog): FakeReply {
  const words = (query.get('query') ?? '').trim().toLowerCase();
  const coins = catalog.ids.flatMap((id) => {
    const row = catalog.row(id);
    if (row === undefined || words === '') return [];
    const name = String(row['name']);
    const symbol = String(row['symbol']).toUpperCase();
    const hit = [id, name.toLowerCase(), symbol.toLowerCase()].some((text) => text.includes(words));
    if (!hit) return [];
    const image = String(row['image']);
    const thumb = image.replace('/large/', '/thumb/');
    return [{ id, name, api_symbol: id, symbol, market_cap_rank: row['market_cap_rank'] ?? null, thumb, large: image }];
  });
  return jsonReply(200, { coins, exchanges: [], icos: [], categories: [], nfts: [] }, cacheHeaders);
}

function positiveInteger(text: string | null, otherwise: number): number {
  const value = Number(text);
  return text !== null && Number.isInteger(value) && value > 0 ? value : otherwise;
}
