import { chainOf } from '../chain.ts';
import { type JsonObject, plainDecimal, retryAfter, significant, textReply } from '../imitation/fake-reply.ts';
import {
  type MarketPool,
  type MarketSnapshot,
  type MarketToken,
  type SourceFake,
  tradingWindows,
} from '../imitation/market-token.ts';
import { answerPairs, type PairCatalog } from './pair-answers.ts';

/** DexScreener's public API. */
export const dexscreenerFake: SourceFake = {
  source: 'dexscreener',
  answer: (request, market) => answerPairs(request, catalogOf(market)),
  // The limit is enforced by the network in front of it, which answers in plain text.
  tooManyRequests: (seconds) => {
    const reply = textReply(429, 'text/plain; charset=UTF-8', 'error code: 1015');
    return { ...reply, headers: { ...reply.headers, ...retryAfter(seconds) } };
  },
  // It has no error body of its own; a challenge page with HTTP 200 is what clients meet instead.
  errorInsideSuccess: () =>
    textReply(
      200,
      'text/html; charset=UTF-8',
      '<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>',
    ),
};

/** Pairs of a market that is asked many times; a snapshot never changes. */
const catalogs = new WeakMap<MarketSnapshot, PairCatalog>();

function catalogOf(market: MarketSnapshot): PairCatalog {
  const known = catalogs.get(market);
  if (known !== undefined) return known;
  const tokens = [...market.tokens, ...(market.namesakes ?? [])];
  const catalog = { pairs: pairsOf(tokens).sort(byLiquidity) };
  catalogs.set(market, catalog);
  return catalog;
}

function pairsOf(tokens: readonly MarketToken[]): JsonObject[] {
  return tokens.flatMap((token) => token.pools.map((pool) => pairOf(token, pool))).filter((pair) => pair !== undefined);
}

/** Deepest first, by what is reported: so a copied chain with a large made-up pool comes before the real one. */
function byLiquidity(a: JsonObject, b: JsonObject): number {
  return reportedUsd(b) - reportedUsd(a);
}

function reportedUsd(pair: JsonObject): number {
  const liquidity = pair['liquidity'];
  const usd = typeof liquidity === 'object' && liquidity !== null && 'usd' in liquidity ? liquidity.usd : undefined;
  return typeof usd === 'number' ? usd : 0;
}

/** A native coin has no pools of its own: what trades is its wrapped form. */
function pairOf(token: MarketToken, pool: MarketPool): JsonObject | undefined {
  if (token.contract === undefined) return undefined;
  const own = {
    address: writtenAddress(token.contract.address, pool.chainSlug),
    name: token.name,
    symbol: token.symbol,
  };
  const other = { address: pool.counter.address, name: pool.counter.name, symbol: pool.counter.symbol };
  const base = pool.tokenIsQuote ? other : own;
  const quote = pool.tokenIsQuote ? own : other;
  const basePriceUsd = pool.tokenIsQuote ? pool.counter.priceUsd : pool.priceUsd;
  const quotePriceUsd = pool.tokenIsQuote ? pool.priceUsd : pool.counter.priceUsd;
  return {
    chainId: pool.chainSlug,
    dexId: pool.dexId,
    url: `https://dexscreener.com/${pool.chainSlug}/${pool.pairAddress.toLowerCase()}`,
    pairAddress: writtenAddress(pool.pairAddress, pool.chainSlug),
    ...(pool.labels.length === 0 ? {} : { labels: pool.labels }),
    baseToken: base,
    quoteToken: quote,
    priceNative: priceText(basePriceUsd / quotePriceUsd),
    priceUsd: priceText(basePriceUsd),
    txns: txnsOf(pool),
    volume: volumeOf(pool),
    priceChange: pool.tokenIsQuote ? {} : changesOf(pool),
    ...liquidityOf(pool),
    ...valuationOf(token, pool),
    pairCreatedAt: pool.createdAtMs,
  };
}

function txnsOf(pool: MarketPool): JsonObject {
  const entries = tradingWindows.map((window) => {
    const { buys, sells } = pool.trading[window];
    // A buy of our token is a sale of the pair's base when ours is the quote.
    return [window, pool.tokenIsQuote ? { buys: sells, sells: buys } : { buys, sells }] as const;
  });
  return Object.fromEntries(entries);
}

/** Longest window first, unlike `txns`. */
function volumeOf(pool: MarketPool): JsonObject {
  return Object.fromEntries(
    [...tradingWindows].reverse().map((window) => [window, hundredths(pool.trading[window].volumeUsd)]),
  );
}

/** A window without a change has no key. */
function changesOf(pool: MarketPool): JsonObject {
  return Object.fromEntries(
    tradingWindows
      .map((window) => [window, hundredths(pool.trading[window].changePercent)] as const)
      .filter(([, percent]) => percent !== 0),
  );
}

function liquidityOf(pool: MarketPool): JsonObject {
  if (pool.reportedLiquidityUsd === null) return {};
  const baseAmount = pool.tokenIsQuote ? pool.counterAmount : pool.tokenAmount;
  const quoteAmount = pool.tokenIsQuote ? pool.tokenAmount : pool.counterAmount;
  return {
    liquidity: {
      usd: hundredths(pool.reportedLiquidityUsd),
      base: amount(baseAmount),
      quote: amount(quoteAmount),
    },
  };
}

/** Of the base token; DexScreener counts the supply on the pair's own chain only, so a copied chain has its own. */
function valuationOf(token: MarketToken, pool: MarketPool): JsonObject {
  if (pool.tokenIsQuote) return {};
  const fdv = Math.round(pool.priceUsd * token.supply.total);
  const circulating = token.listing === undefined ? token.supply.total : token.supply.circulating;
  return circulating === null ? { fdv } : { fdv, marketCap: Math.round(pool.priceUsd * circulating) };
}

/** Four digits below 1, more above: as in the recorded replies. */
function priceText(value: number): string {
  return plainDecimal(value, value < 1 ? 4 : 7);
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** Whole units when there are many, otherwise five digits. */
const amount = (value: number): number => (value >= 10_000 ? Math.round(value) : significant(value, 5));

/**
 * EVM addresses come in mixed case. This is not the EIP-55 checksum, which needs Keccak, but it has the same
 * effect on a client: comparing without lower-casing finds nothing.
 */
function writtenAddress(address: string, chainSlug: string): string {
  if (chainSlug === chainOf('solana').dexscreenerId || !address.startsWith('0x')) return address;
  const digits = [...address.slice(2)];
  return `0x${digits.map((digit, index) => (index % 3 === 1 ? digit.toUpperCase() : digit)).join('')}`;
}
