import type { ChainId } from '../chain.ts';

/**
 * What a fake needs to know of a token to answer as its source would. The simulator's world makes these;
 * the hidden truth about a token is not among them, so that no reply can leak it.
 */
export interface MarketToken {
  readonly symbol: string;
  readonly name: string;
  /** Absent for a native coin. */
  readonly contract?: { readonly chain: ChainId; readonly address: string };
  /** What CoinGecko knows; absent when it does not list the token. */
  readonly listing?: MarketListing;
  /** What GoPlus knows; absent when it has no record of the contract. */
  readonly security?: MarketSecurity;
  readonly priceUsd: number;
  readonly supply: MarketSupply;
  readonly pools: readonly MarketPool[];
}

export interface MarketSupply {
  /** `null` is unknown, which CoinGecko writes as 0. */
  readonly circulating: number | null;
  readonly total: number;
  readonly max: number | null;
}

export interface MarketListing {
  readonly coingeckoId: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly notice?: string;
  readonly marketCapRank: number | null;
  /** Over all venues, so it may exceed what the pools add up to. */
  readonly volume24hUsd: number;
  readonly changePercent: { readonly h1: number; readonly h24: number; readonly d7: number; readonly d30: number };
  readonly high24hUsd: number;
  readonly low24hUsd: number;
  readonly athUsd: number;
  readonly athAtMs: number;
  readonly atlUsd: number;
  readonly atlAtMs: number;
  readonly sentimentUpPercent: number | null;
  readonly watchlistUsers: number | null;
  readonly genesisAtMs: number;
  /** `null` leaves the developer block at zeros and nulls, as it is for most small tokens. */
  readonly development: { readonly stars: number; readonly commits4Weeks: number } | null;
  readonly subreddit: { readonly subscribers: number; readonly active48h: number } | null;
}

export interface MarketSecurity {
  /** GoPlus flag name (`is_honeypot`, `is_mintable`, …) to its value; `null` means that the source does not know and leaves the key out. */
  readonly flags: Readonly<Record<string, boolean | null>>;
  /** `null` leaves the tax keys out: the source could not simulate a trade. */
  readonly buyTaxFraction: number | null;
  readonly sellTaxFraction: number | null;
  readonly holders: number;
  /** Largest first. */
  readonly topHolders: readonly MarketHolder[];
  readonly lpHolders: readonly MarketHolder[];
  readonly creatorAddress: string;
  readonly creatorFraction: number;
  /** Empty when ownership was given up. */
  readonly ownerAddress: string;
  readonly ownerFraction: number;
  readonly trusted: boolean;
  readonly listedOn: readonly string[];
}

/** Trading windows, shortest first. */
export const tradingWindows = ['m5', 'h1', 'h6', 'h24'] as const;

export type TradingWindow = (typeof tradingWindows)[number];

export interface MarketTrading {
  readonly buys: number;
  readonly sells: number;
  readonly volumeUsd: number;
  readonly changePercent: number;
}

export interface MarketPool {
  /** DexScreener's slug. Not our chain id: a copied chain has pools at the same addresses. */
  readonly chainSlug: string;
  readonly dexId: string;
  readonly labels: readonly string[];
  readonly pairAddress: string;
  /** The token at the other side. */
  readonly counter: {
    readonly symbol: string;
    readonly name: string;
    readonly address: string;
    readonly priceUsd: number;
  };
  /** True when the source lists the counter token as base: its `priceUsd` is then not our token's. */
  readonly tokenIsQuote: boolean;
  /** Our token's price in this pool. */
  readonly priceUsd: number;
  readonly tokenAmount: number;
  readonly counterAmount: number;
  /** What the source reports, which fake liquidity inflates; `null` leaves the key out. */
  readonly reportedLiquidityUsd: number | null;
  readonly trading: Readonly<Record<TradingWindow, MarketTrading>>;
  readonly createdAtMs: number;
}

export interface MarketHolder {
  readonly address: string;
  readonly tag: string;
  readonly isContract: boolean;
  readonly fraction: number;
  readonly isLocked: boolean;
  /** In the past for a lock that has run out, which still says `is_locked`. */
  readonly lockEndsAtMs?: number;
}

/** The market at one moment: what every fake answers from. */
export interface MarketSnapshot {
  readonly asOfMs: number;
  readonly tokens: readonly MarketToken[];
  /** Other tokens with a symbol of one of `tokens`: a search finds them, no watchlist names them. */
  readonly namesakes?: readonly MarketToken[];
}

export interface FakeRequest {
  readonly method: string;
  /** Path below the source's base URL, with a leading slash and without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

export interface FakeReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The imitation of one outside API: wire formats, error bodies and all. Pure, so the same market gives the same bytes. */
export interface SourceFake {
  readonly source: string;
  /** Answers as the source would. A path the source does not have gets the source's own 404. */
  answer(request: FakeRequest, market: MarketSnapshot): FakeReply;
  /** How this source says "too many requests", with its real status and body. */
  tooManyRequests(retryAfterSeconds?: number): FakeReply;
  /** An error this source reports inside HTTP 200, or its nearest equivalent. */
  errorInsideSuccess(): FakeReply;
}
