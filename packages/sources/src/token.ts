import { type ChainId, normalizeAddress } from './chain.ts';

/** A token as the watchlist names it. A native coin has no `contract`; a token known by its address alone has no `coingeckoId`. */
export interface Token {
  /** Upper-case ticker: how people and metrics call it. Unique within a watchlist. */
  readonly symbol: string;
  readonly name?: string;
  readonly contract?: { readonly chain: ChainId; readonly address: string };
  readonly coingeckoId?: string;
}

/** The same token has the same key, however its address was written. */
export function tokenKey(token: Token): string {
  if (token.contract) {
    return `${token.contract.chain}:${normalizeAddress(token.contract.chain, token.contract.address)}`;
  }
  return token.coingeckoId === undefined ? `symbol:${token.symbol}` : `coingecko:${token.coingeckoId}`;
}
