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
  readonly wrappedNative: string;
  /** Addresses of dollar tokens taken as 1 USD each when they are a pool's quote side. */
  readonly stablecoins: readonly string[];
}

/** The chains we know. EVM addresses are in lower case. */
export const chains = [
  {
    id: 'ethereum',
    evmChainId: 1,
    coingeckoPlatform: 'ethereum',
    dexscreenerId: 'ethereum',
    goplusId: '1',
    wrappedNative: '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2',
    stablecoins: [
      '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48',
      '0xdac17f958d2ee523a2206206994597c13d831ec7',
      '0x6b175474e89094c44da98b954eedeac495271d0f',
    ],
  },
  {
    id: 'bsc',
    evmChainId: 56,
    coingeckoPlatform: 'binance-smart-chain',
    dexscreenerId: 'bsc',
    goplusId: '56',
    wrappedNative: '0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c',
    stablecoins: ['0x55d398326f99059ff775485246999027b3197955', '0x8ac76a51cc950d9822d68b83fe1ad97b32cd580d'],
  },
  {
    id: 'base',
    evmChainId: 8453,
    coingeckoPlatform: 'base',
    dexscreenerId: 'base',
    goplusId: '8453',
    wrappedNative: '0x4200000000000000000000000000000000000006',
    stablecoins: ['0x833589fcd6edb6e08f4c7c32d4f71b54bda02913'],
  },
  {
    id: 'arbitrum',
    evmChainId: 42161,
    coingeckoPlatform: 'arbitrum-one',
    dexscreenerId: 'arbitrum',
    goplusId: '42161',
    wrappedNative: '0x82af49447d8a07e3bd95bd0d56f35241523fbab1',
    stablecoins: [
      '0xaf88d065e77c8cc2239327c5edb3a432268e5831',
      '0xff970a61a04b1ca14834a43f5de4533ebddb5cc8',
      '0xfd086bc7cd5c481dcc9c85ebe478a1c0b69fcbb9',
    ],
  },
  {
    id: 'polygon',
    evmChainId: 137,
    coingeckoPlatform: 'polygon-pos',
    dexscreenerId: 'polygon',
    goplusId: '137',
    wrappedNative: '0x0d500b1d8e8ef31e21c99d1db9a6444d3adf1270',
    stablecoins: [
      '0x3c499c542cef5e3811e1192ce70d8cc03d5c3359',
      '0x2791bca1f2de4661ed88a30c99a7a9449aa84174',
      '0xc2132d05d31c914a87c6611c10748aeb04b58e8f',
    ],
  },
  {
    id: 'optimism',
    evmChainId: 10,
    coingeckoPlatform: 'optimistic-ethereum',
    dexscreenerId: 'optimism',
    goplusId: '10',
    wrappedNative: '0x4200000000000000000000000000000000000006',
    stablecoins: [
      '0x0b2c639c533813f4aa9d7837caf62653d097ff85',
      '0x7f5c764cbc14f9669b88837ca1490cca17c31607',
      '0x94b008aa00579c1307b0ef2c499ad98a8ce58e58',
    ],
  },
  {
    id: 'avalanche',
    evmChainId: 43114,
    coingeckoPlatform: 'avalanche',
    dexscreenerId: 'avalanche',
    goplusId: '43114',
    wrappedNative: '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7',
    stablecoins: ['0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e', '0x9702230a8ea53601f5cd2dc00fdbc13d4df4a8c7'],
  },
  {
    id: 'solana',
    coingeckoPlatform: 'solana',
    dexscreenerId: 'solana',
    wrappedNative: 'So11111111111111111111111111111111111111112',
    stablecoins: ['EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB'],
  },
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
