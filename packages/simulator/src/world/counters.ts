import type { ChainId } from '@autotrader/sources';
import { type MarketPool, referencePricesUsd } from '@autotrader/sources/fakes';

type Counter = MarketPool['counter'];

/** Where a chain's tokens trade, and against what. The addresses are the chains' real wrapped and stable coins. */
export interface Venue {
  readonly dexId: string;
  readonly labels: readonly string[];
  readonly wrapped: Counter;
  readonly stable: Counter;
}

const venues = {
  ethereum: {
    dexId: 'uniswap',
    labels: ['v2'],
    wrapped: counter('WETH', 'Wrapped Ether', {
      address: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2',
      priceUsd: referencePricesUsd.eth,
    }),
    stable: counter('USDC', 'USD Coin', { address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', priceUsd: 1 }),
  },
  base: {
    dexId: 'aerodrome',
    labels: [],
    wrapped: counter('WETH', 'Wrapped Ether', {
      address: '0x4200000000000000000000000000000000000006',
      priceUsd: referencePricesUsd.eth,
    }),
    stable: counter('USDC', 'USD Coin', { address: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913', priceUsd: 1 }),
  },
  bsc: {
    dexId: 'pancakeswap',
    labels: ['v2'],
    wrapped: counter('WBNB', 'Wrapped BNB', {
      address: '0xbb4CdB9CBd36B01bD1cBaEBF2De08d9173bc095c',
      priceUsd: referencePricesUsd.bnb,
    }),
    stable: counter('USDT', 'Tether USD', { address: '0x55d398326f99059fF775485246999027B3197955', priceUsd: 1 }),
  },
  solana: {
    dexId: 'raydium',
    labels: ['CPMM'],
    wrapped: counter('SOL', 'Wrapped SOL', {
      address: 'So11111111111111111111111111111111111111112',
      priceUsd: referencePricesUsd.sol,
    }),
    stable: counter('USDC', 'USD Coin', { address: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGkTwyTDt1v', priceUsd: 1 }),
  },
} as const satisfies Partial<Record<ChainId, Venue>>;

/** The chains on which the simulated market trades. */
export type WorldChain = keyof typeof venues;

export function venueOf(chain: WorldChain): Venue {
  return venues[chain];
}

/** The copied chain, whose pools carry the addresses of Ethereum's tokens. */
export const copiedChain = {
  slug: 'pulsechain',
  dexId: 'pulsex',
  labels: ['v1'],
  counter: counter('WPLS', 'Wrapped Pulse', {
    address: '0xA1077a294dDE1B09bB078844df40758a5D0f9a27',
    priceUsd: 0.000_03,
  }),
} as const;

function counter(symbol: string, name: string, rest: Pick<Counter, 'address' | 'priceUsd'>): Counter {
  return { symbol, name, ...rest };
}
