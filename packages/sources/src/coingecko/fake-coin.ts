import { chainOf } from '../chain.ts';
import { type JsonObject, significant } from '../imitation/fake-reply.ts';
import type { MarketListing, MarketToken } from '../imitation/market-token.ts';
import { referencePricesUsd } from '../imitation/reference-prices.ts';

/** A token that CoinGecko lists. */
export type ListedToken = MarketToken & { readonly listing: MarketListing };

const currencies = ['btc', 'eth', 'eur', 'usd'] as const;

type Currency = (typeof currencies)[number];

/** The block that repeats a value in every currency. */
function inCurrencies(usd: number): Record<Currency, number> {
  return mapCurrencies((currency) => significant(usd / referencePricesUsd[currency], 9));
}

function mapCurrencies<T>(value: (currency: Currency) => T): Record<Currency, T> {
  return { btc: value('btc'), eth: value('eth'), eur: value('eur'), usd: value('usd') };
}

const iso = (ms: number): string => new Date(ms).toISOString();

/** 0 is how CoinGecko says that it does not know the circulating supply. */
function marketCapUsd(token: ListedToken): number {
  return Math.round(token.priceUsd * (token.supply.circulating ?? 0));
}

function dilutedUsd(token: ListedToken): number {
  return Math.round(token.priceUsd * (token.supply.max ?? token.supply.total));
}

/** Change of a quantity that moved by `percent` to reach `now`. */
function absoluteChange(now: number, percent: number): number {
  return significant(now - now / (1 + percent / 100), 10);
}

const percentFrom = (now: number, then: number): number => significant((now / then - 1) * 100, 7);

const imageOf = (id: string, size: string): string =>
  `https://coin-images.coingecko.com/coins/images/0/${size}/${id}.png`;

/** A row of `/coins/markets`, with the window keys that only some questions ask for. */
export function marketRow(token: ListedToken, asOfMs: number): JsonObject {
  const { listing, supply } = token;
  const cap = marketCapUsd(token);
  const quiet = listing.volume24hUsd === 0;
  const day = listing.changePercent.h24;
  return {
    id: listing.coingeckoId,
    symbol: token.symbol.toLowerCase(),
    name: token.name,
    image: imageOf(listing.coingeckoId, 'large'),
    current_price: token.priceUsd,
    market_cap: cap,
    market_cap_rank: listing.marketCapRank,
    market_cap_rank_with_rehypothecated: listing.marketCapRank,
    fully_diluted_valuation: dilutedUsd(token),
    total_volume: listing.volume24hUsd,
    high_24h: quiet ? null : listing.high24hUsd,
    low_24h: quiet ? null : listing.low24hUsd,
    price_change_24h: quiet ? null : absoluteChange(token.priceUsd, day),
    price_change_percentage_24h: quiet ? null : day,
    market_cap_change_24h: quiet ? null : absoluteChange(cap, day),
    market_cap_change_percentage_24h: quiet ? null : day,
    circulating_supply: supply.circulating ?? 0,
    total_supply: supply.total,
    max_supply: supply.max,
    ath: listing.athUsd,
    ath_change_percentage: percentFrom(token.priceUsd, listing.athUsd),
    ath_date: iso(listing.athAtMs),
    atl: listing.atlUsd,
    atl_change_percentage: percentFrom(token.priceUsd, listing.atlUsd),
    atl_date: iso(listing.atlAtMs),
    roi: null,
    last_updated: iso(asOfMs),
    price_change_percentage_1h_in_currency: listing.changePercent.h1,
    price_change_percentage_24h_in_currency: day,
    price_change_percentage_7d_in_currency: listing.changePercent.d7,
    price_change_percentage_30d_in_currency: listing.changePercent.d30,
  };
}

/** The body of `/coins/{id}`. */
export function coinBody(token: ListedToken, asOfMs: number): JsonObject {
  const { listing } = token;
  const id = listing.coingeckoId;
  return {
    id,
    symbol: token.symbol.toLowerCase(),
    name: token.name,
    web_slug: id,
    ...platformsOf(token),
    block_time_in_minutes: token.contract === undefined ? 1 : 0,
    hashing_algorithm: null,
    categories: listing.categories,
    preview_listing: false,
    public_notice: listing.notice ?? null,
    additional_notices: [],
    has_supply_breakdown: false,
    localization: { en: token.name, de: '', es: '', fr: '' },
    description: { en: listing.description },
    links: linksOf(listing),
    image: { thumb: imageOf(id, 'thumb'), small: imageOf(id, 'small'), large: imageOf(id, 'large') },
    country_origin: '',
    genesis_date: iso(listing.genesisAtMs).slice(0, 10),
    ...(token.contract === undefined ? {} : { contract_address: token.contract.address }),
    sentiment_votes_up_percentage: listing.sentimentUpPercent,
    sentiment_votes_down_percentage:
      listing.sentimentUpPercent === null ? null : significant(100 - listing.sentimentUpPercent, 6),
    watchlist_portfolio_users: listing.watchlistUsers,
    market_cap_rank: listing.marketCapRank,
    market_cap_rank_with_rehypothecated: listing.marketCapRank,
    market_data: marketDataOf(token, asOfMs),
    community_data: communityOf(listing),
    developer_data: developmentOf(listing),
    status_updates: [],
    last_updated: iso(asOfMs),
    tickers: [],
  };
}

/** A native coin has one platform with an empty name. */
function platformsOf(token: ListedToken): JsonObject {
  if (token.contract === undefined) {
    return {
      asset_platform_id: null,
      platforms: { '': '' },
      detail_platforms: { '': { decimal_place: null, contract_address: '' } },
    };
  }
  const { chain, address } = token.contract;
  const platform = chainOf(chain).coingeckoPlatform;
  return {
    asset_platform_id: platform,
    platforms: { [platform]: address },
    detail_platforms: { [platform]: { decimal_place: chain === 'solana' ? 6 : 18, contract_address: address } },
  };
}

function linksOf(listing: MarketListing): JsonObject {
  const site = `https://${listing.coingeckoId}.example`;
  return {
    homepage: [site, '', ''],
    whitepaper: '',
    blockchain_site: ['', ''],
    official_forum_url: ['', '', ''],
    chat_url: ['', '', ''],
    announcement_url: ['', ''],
    snapshot_url: null,
    twitter_screen_name: '',
    facebook_username: '',
    bitcointalk_thread_identifier: null,
    telegram_channel_identifier: '',
    subreddit_url: null,
    repos_url: { github: listing.development === null ? [] : [`${site}/source`], bitbucket: [] },
  };
}

function marketDataOf(token: ListedToken, asOfMs: number): JsonObject {
  const { listing, supply, priceUsd } = token;
  const { h1, h24, d7, d30 } = listing.changePercent;
  const cap = marketCapUsd(token);
  const diluted = dilutedUsd(token);
  const everywhere = (percent: number) => mapCurrencies(() => percent);
  return {
    current_price: { ...inCurrencies(priceUsd), usd: priceUsd },
    total_value_locked: null,
    mcap_to_tvl_ratio: null,
    fdv_to_tvl_ratio: null,
    roi: null,
    ath: inCurrencies(listing.athUsd),
    ath_change_percentage: everywhere(percentFrom(priceUsd, listing.athUsd)),
    ath_date: mapCurrencies(() => iso(listing.athAtMs)),
    atl: inCurrencies(listing.atlUsd),
    atl_change_percentage: everywhere(percentFrom(priceUsd, listing.atlUsd)),
    atl_date: mapCurrencies(() => iso(listing.atlAtMs)),
    market_cap: { ...inCurrencies(cap), usd: cap },
    market_cap_rank: listing.marketCapRank,
    outstanding_token_value_usd: null,
    market_cap_rank_with_rehypothecated: listing.marketCapRank,
    fully_diluted_valuation: { ...inCurrencies(diluted), usd: diluted },
    market_cap_fdv_ratio: diluted === 0 ? null : significant(cap / diluted, 2),
    total_volume: { ...inCurrencies(listing.volume24hUsd), usd: listing.volume24hUsd },
    high_24h: listing.volume24hUsd === 0 ? {} : inCurrencies(listing.high24hUsd),
    low_24h: listing.volume24hUsd === 0 ? {} : inCurrencies(listing.low24hUsd),
    price_change_24h: absoluteChange(priceUsd, h24),
    price_change_percentage_24h: h24,
    price_change_percentage_7d: d7,
    price_change_percentage_30d: d30,
    market_cap_change_24h: absoluteChange(cap, h24),
    market_cap_change_percentage_24h: h24,
    price_change_24h_in_currency: inCurrencies(absoluteChange(priceUsd, h24)),
    price_change_percentage_1h_in_currency: everywhere(h1),
    price_change_percentage_24h_in_currency: everywhere(h24),
    price_change_percentage_7d_in_currency: everywhere(d7),
    price_change_percentage_30d_in_currency: everywhere(d30),
    market_cap_change_24h_in_currency: inCurrencies(absoluteChange(cap, h24)),
    market_cap_change_percentage_24h_in_currency: everywhere(h24),
    total_supply: supply.total,
    max_supply: supply.max,
    max_supply_infinite: supply.max === null,
    circulating_supply: supply.circulating ?? 0,
    outstanding_supply: null,
    last_updated: iso(asOfMs),
  };
}

function communityOf(listing: MarketListing): JsonObject {
  return {
    facebook_likes: null,
    reddit_average_posts_48h: 0,
    reddit_average_comments_48h: 0,
    reddit_subscribers: listing.subreddit?.subscribers ?? 0,
    reddit_accounts_active_48h: listing.subreddit?.active48h ?? 0,
    telegram_channel_user_count: null,
  };
}

function developmentOf(listing: MarketListing): JsonObject {
  const { development } = listing;
  const commits = development?.commits4Weeks ?? 0;
  return {
    forks: development === null ? 0 : Math.round(development.stars / 4),
    stars: development?.stars ?? 0,
    subscribers: development === null ? 0 : Math.round(development.stars / 20),
    total_issues: commits * 3,
    closed_issues: commits * 2,
    pull_requests_merged: commits * 2,
    pull_request_contributors: Math.round(commits / 6),
    code_additions_deletions_4_weeks:
      development === null
        ? { additions: null, deletions: null }
        : { additions: commits * 38, deletions: -commits * 21 },
    commit_count_4_weeks: commits,
    last_4_weeks_commit_activity_series: [],
  };
}
