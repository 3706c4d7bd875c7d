import { type ChainId, chainOf, normalizeAddress } from '../chain.ts';
import { defineEndpoint, defineSource } from '../define-source.ts';
import { faultOf } from './fault.ts';
import { type Coin, type MarketRow, parseCoin, parseMarkets, readCoin, readMarketRow } from './wire.ts';

const minute = 60_000;
const hour = 60 * minute;

const marketQuantities = [
  'price_usd',
  'market_cap_usd',
  'fdv_usd',
  'volume_24h_usd',
  'circulating_supply',
  'total_supply',
  'max_supply',
  'price_change_24h_percent',
  'price_change_7d_percent',
] as const;

export const markets = defineEndpoint<string, MarketRow>({
  name: 'markets',
  // The source itself refreshes every 30 to 60 seconds.
  ttlMs: minute,
  staleForMs: 6 * hour,
  notFoundTtlMs: hour,
  batch: { maxKeys: 250, windowMs: 20, topUp: true, groupOf: () => '' },
  tells: { quantities: marketQuantities, checks: [], texts: false },
  keyOf: (id) => id,
  request: (ids) => ({
    path: '/coins/markets',
    query: {
      vs_currency: 'usd',
      ids: ids.join(','),
      per_page: '250',
      price_change_percentage: '7d',
      sparkline: 'false',
    },
  }),
  parse: (body) => ({ values: parseMarkets(body) }),
  read: (value) => readMarketRow(value),
});

type CoinInput = { readonly id: string } | { readonly chain: ChainId; readonly address: string };

const coinKey = (input: CoinInput): string =>
  'id' in input ? `id:${input.id}` : `${input.chain}:${normalizeAddress(input.chain, input.address)}`;

const coinPath = (input: CoinInput): string =>
  'id' in input
    ? `/coins/${encodeURIComponent(input.id)}`
    : `/coins/${chainOf(input.chain).coingeckoPlatform}/contract/${encodeURIComponent(normalizeAddress(input.chain, input.address))}`;

export const coin = defineEndpoint<CoinInput, Coin>({
  name: 'coin',
  // Text, votes and watchlists move slowly, and 50 coins a day are most of what a free plan allows.
  ttlMs: 6 * hour,
  staleForMs: 72 * hour,
  notFoundTtlMs: hour,
  tells: {
    quantities: [...marketQuantities, 'sentiment_up_percent', 'watchlist_users'],
    checks: [],
    texts: true,
    isNative: true,
  },
  keyOf: coinKey,
  request: ([input]) => ({
    path: input === undefined ? '' : coinPath(input),
    query: {
      localization: 'false',
      tickers: 'false',
      market_data: 'true',
      community_data: 'true',
      developer_data: 'true',
      sparkline: 'false',
    },
  }),
  parse: (body, [input]) => {
    const value = parseCoin(body);
    return { values: new Map(input === undefined ? [] : [[coinKey(input), value]]) };
  },
  read: (value) => readCoin(value),
});

export const coingecko = defineSource({
  name: 'coingecko',
  title: 'CoinGecko',
  baseUrl: 'https://api.coingecko.com/api/v3',
  docsUrl: 'https://docs.coingecko.com/reference/introduction',
  limits: {
    // Nothing is published for calls without a key; a probe met a refusal at the fourth call within half a minute.
    keyless: { requestsPerMinute: 5, burst: 5 },
    // The demo plan has been 30 a minute; some room is left for other users of the key.
    withKey: { requestsPerMinute: 25, burst: 25 },
    coolDownMs: minute,
  },
  timeoutMs: 10_000,
  endpoints: [markets, coin],
  authHeaders: (apiKey, baseUrl) =>
    // A key of one plan is refused by the other plan's host.
    isProHost(baseUrl) ? { 'x-cg-pro-api-key': apiKey } : { 'x-cg-demo-api-key': apiKey },
  faultOf,
  collect: async (token, ask) => {
    if (token.coingeckoId !== undefined) {
      await Promise.all([ask(markets, token.coingeckoId), ask(coin, { id: token.coingeckoId }, { spare: true })]);
      return;
    }
    if (token.contract === undefined) {
      for (const endpoint of [markets, coin]) ask.notApplicable(endpoint, 'neither a CoinGecko id nor a contract');
      return;
    }
    const told = await ask(coin, token.contract);
    // An answer of hours ago still says which coin this is, but not what it costs now.
    if (told.answered && told.ageMs > markets.ttlMs) await ask(markets, told.value.id);
  },
});

function isProHost(baseUrl: string): boolean {
  return new URL(baseUrl).hostname.startsWith('pro-api.');
}
