import type { ChainId } from './chain.ts';

/**
 * What a fake needs to know of a token to answer as its source would. The simulator's world makes these;
 * the hidden truth about a token is not among them, so that no reply can leak it.
 */
export interface MarketToken {
  readonly symbol: string;
  readonly name: string;
  readonly chain: ChainId;
  readonly address: string;
  /** Absent when CoinGecko does not list the token. */
  readonly coingeckoId?: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly publicNotice?: string;
  readonly priceUsd: number;
  readonly priceChange24hPercent: number;
  readonly priceChange7dPercent: number;
  readonly circulatingSupply: number;
  readonly totalSupply: number;
  readonly maxSupply: number | null;
  readonly volume24hUsd: number;
  readonly sentimentUpPercent: number | null;
  readonly watchlistUsers: number | null;
  readonly pools: readonly MarketPool[];
  readonly holders: number;
  /** Largest first. */
  readonly topHolders: readonly MarketHolder[];
  readonly lpHolders: readonly MarketHolder[];
  readonly buyTaxFraction: number;
  readonly sellTaxFraction: number;
  readonly creatorFraction: number;
  readonly ownerFraction: number;
  /** GoPlus flag name (`is_honeypot`, `is_mintable`, …) to its value; `null` means that the source does not know and leaves the key out. */
  readonly contractFlags: Readonly<Record<string, boolean | null>>;
  readonly trusted: boolean;
}

export interface MarketPool {
  readonly dexId: string;
  readonly pairAddress: string;
  readonly quote: { readonly symbol: string; readonly name: string; readonly address: string; readonly priceUsd: number };
  readonly baseAmount: number;
  readonly quoteAmount: number;
  /** What the source reports, which fake liquidity inflates. */
  readonly reportedLiquidityUsd: number;
  readonly buys24h: number;
  readonly sells24h: number;
  readonly volume24hUsd: number;
  readonly createdAtMs: number;
}

export interface MarketHolder {
  readonly address: string;
  readonly tag: string;
  readonly isContract: boolean;
  readonly fraction: number;
  readonly isLocked: boolean;
  readonly lockEndsAtMs?: number;
}

/** The market at one moment: what every fake answers from. */
export interface MarketSnapshot {
  readonly asOfMs: number;
  readonly tokens: readonly MarketToken[];
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
