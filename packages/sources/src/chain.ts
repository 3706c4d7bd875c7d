/** One row per chain: every provider names chains differently. */
export interface Chain {
  readonly id: string;
  /** EIP-155 id, absent for chains that are not EVM. */
  readonly evmChainId?: number;
  readonly coingeckoPlatform: string;
  readonly dexscreenerId: string;
  /** GoPlus' path segment; Solana has an endpoint of its own. */
  readonly goplusId?: string;
  /** Address of the wrapped native coin, whose price values a pool's quote side. */
  readonly wrappedNative?: string;
}

export const chains = [
  { id: 'ethereum', evmChainId: 1, coingeckoPlatform: 'ethereum', dexscreenerId: 'ethereum', goplusId: '1' },
  { id: 'bsc', evmChainId: 56, coingeckoPlatform: 'binance-smart-chain', dexscreenerId: 'bsc', goplusId: '56' },
  { id: 'base', evmChainId: 8453, coingeckoPlatform: 'base', dexscreenerId: 'base', goplusId: '8453' },
  { id: 'arbitrum', evmChainId: 42161, coingeckoPlatform: 'arbitrum-one', dexscreenerId: 'arbitrum', goplusId: '42161' },
  { id: 'polygon', evmChainId: 137, coingeckoPlatform: 'polygon-pos', dexscreenerId: 'polygon', goplusId: '137' },
  { id: 'optimism', evmChainId: 10, coingeckoPlatform: 'optimistic-ethereum', dexscreenerId: 'optimism', goplusId: '10' },
  { id: 'avalanche', evmChainId: 43114, coingeckoPlatform: 'avalanche', dexscreenerId: 'avalanche', goplusId: '43114' },
  { id: 'solana', coingeckoPlatform: 'solana', dexscreenerId: 'solana' },
] as const satisfies readonly Chain[];

export type ChainId = (typeof chains)[number]['id'];

export const chainIds: readonly ChainId[] = chains.map((chain) => chain.id);

/** The row of a chain we know. */
export function chainOf(id: ChainId): Chain {
  const found = chains.find((chain) => chain.id === id);
  if (found === undefined) throw new RangeError(`chain "${id}" is not one of ${chainIds.join(', ')}`);
  return found;
}

export function isChainId(value: string): value is ChainId {
  return (chainIds as readonly string[]).includes(value);
}

/** EVM addresses compare in lower case; Solana's are case-sensitive. */
export function normalizeAddress(chain: ChainId, address: string): string {
  return chain === 'solana' ? address.trim() : address.trim().toLowerCase();
}
