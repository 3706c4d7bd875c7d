import { type ChainId, chainOf, normalizeAddress } from '../chain.ts';
import { parsePositive, parseQuantity, toQuantity } from '../numeric.ts';
import type { Quantity } from '../reading.ts';
import type { Pair } from './wire.ts';

/** A pair seen from the token that was asked for, whichever side of it that is. */
export interface Pool {
  readonly side: 'base' | 'quote';
  readonly priceUsd: Quantity | null;
  readonly buys: number | null;
  readonly sells: number | null;
  readonly volumeUsd: number | null;
  readonly changePercent: Quantity | null;
  /** What the quote side is worth, twice: `null` when its token is not one whose price we trust. */
  readonly realLiquidityUsd: number | null;
  readonly reportedLiquidityUsd: Quantity | null;
  readonly marketCapUsd: Quantity | null;
  readonly fdvUsd: Quantity | null;
  readonly createdAtMs: number | null;
}

/** `null` for a pair of another chain, which happens to share the address, or of other tokens. */
export function toPool(pair: Pair, chain: ChainId, address: string): Pool | null {
  if (pair.chainId !== chainOf(chain).dexscreenerId) return null;
  const wanted = normalizeAddress(chain, address);
  if (normalizeAddress(chain, pair.baseToken.address) === wanted) return baseSide(pair, chain);
  const quote = pair.quoteToken.address;
  return quote && normalizeAddress(chain, quote) === wanted ? quoteSide(pair, chain) : null;
}

function baseSide(pair: Pair, chain: ChainId): Pool {
  return {
    side: 'base',
    priceUsd: parsePositive(pair['priceUsd']),
    buys: countOf(pair.txns?.h24?.buys),
    sells: countOf(pair.txns?.h24?.sells),
    changePercent: parseQuantity(pair.priceChange?.h24),
    marketCapUsd: parsePositive(pair['marketCap']),
    fdvUsd: parsePositive(pair['fdv']),
    ...sharedOf(pair, chain),
  };
}

/** Price, change and market cap of the pair are the other token's; a purchase of that one is a sale of ours. */
function quoteSide(pair: Pair, chain: ChainId): Pool {
  return {
    side: 'quote',
    priceUsd: quotePriceUsd(pair),
    buys: countOf(pair.txns?.h24?.sells),
    sells: countOf(pair.txns?.h24?.buys),
    changePercent: null,
    marketCapUsd: null,
    fdvUsd: null,
    ...sharedOf(pair, chain),
  };
}

function sharedOf(pair: Pair, chain: ChainId) {
  return {
    volumeUsd: countOf(pair.volume?.h24),
    realLiquidityUsd: realLiquidityUsd(pair, chain),
    reportedLiquidityUsd: parseQuantity(pair.liquidity?.usd),
    createdAtMs: parsePositive(pair['pairCreatedAt'])?.value ?? null,
  };
}

/**
 * Twice the quote side at a price we trust. What the source reports counts the base side at the pool's own price,
 * which whoever made the pool can set: 265 M USD have been reported for a pool with 1.56 USDC in it.
 */
function realLiquidityUsd(pair: Pair, chain: ChainId): number | null {
  const amount = parseQuantity(pair.liquidity?.quote);
  const price = trustedQuotePriceUsd(pair, chain);
  return amount === null || amount.value < 0 || price === null ? null : 2 * amount.value * price;
}

function trustedQuotePriceUsd(pair: Pair, chain: ChainId): number | null {
  if (!pair.quoteToken.address) return null;
  const quote = normalizeAddress(chain, pair.quoteToken.address);
  const { stablecoins, wrappedNative } = chainOf(chain);
  if (stablecoins.includes(quote)) return 1;
  return quote === wrappedNative ? (quotePriceUsd(pair)?.value ?? null) : null;
}

/** `priceNative` is the base token's price in quote tokens, so the two prices together give that of the quote token. */
function quotePriceUsd(pair: Pair): Quantity | null {
  const inUsd = parsePositive(pair['priceUsd']);
  const inQuote = parsePositive(pair['priceNative']);
  return inUsd === null || inQuote === null ? null : toQuantity(inUsd.value / inQuote.value);
}

function countOf(value: unknown): number | null {
  const quantity = parseQuantity(value);
  return quantity !== null && quantity.value >= 0 ? quantity.value : null;
}
