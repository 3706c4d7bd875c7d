import { chainOf } from '../chain.ts';
import type {
  MarketPool,
  MarketSecurity,
  MarketSnapshot,
  MarketToken,
  MarketTrading,
} from '../imitation/market-token.ts';
import type { Token } from '../token.ts';

const dayMs = 86_400_000;

/** When the sample market is. */
export const sampleNowMs = Date.UTC(2026, 10, 1, 12);

const quiet: MarketTrading = { buys: 4, sells: 3, volumeUsd: 900, changePercent: 0.2 };
const trading = {
  m5: quiet,
  h1: quiet,
  h6: quiet,
  h24: { buys: 420, sells: 380, volumeUsd: 95_000, changePercent: 3.4 },
};

const gemPool: MarketPool = {
  chainSlug: 'ethereum',
  dexId: 'uniswap',
  labels: ['v3'],
  pairAddress: '0x00000000000000000000000000000000000a11ce',
  counter: {
    symbol: 'WETH',
    name: 'Wrapped Ether',
    address: chainOf('ethereum').wrappedNative,
    priceUsd: 2_500,
  },
  tokenIsQuote: false,
  priceUsd: 0.0125,
  tokenAmount: 20_000_000,
  counterAmount: 100,
  reportedLiquidityUsd: 500_000,
  trading,
  createdAtMs: sampleNowMs - 90 * dayMs,
};

const security: MarketSecurity = {
  flags: {
    is_honeypot: false,
    cannot_buy: false,
    cannot_sell_all: false,
    is_open_source: true,
    is_mintable: true,
    owner_change_balance: false,
    transfer_pausable: null,
    is_blacklisted: false,
    hidden_owner: false,
    can_take_back_ownership: false,
    is_proxy: false,
    selfdestruct: false,
    slippage_modifiable: false,
    is_in_dex: true,
  },
  buyTaxFraction: 0.01,
  sellTaxFraction: 0.03,
  holders: 4_321,
  topHolders: [
    {
      address: '0x00000000000000000000000000000000000a11ce',
      tag: 'pool',
      isContract: true,
      fraction: 0.3,
      isLocked: false,
    },
    {
      address: '0x00000000000000000000000000000000000000b1',
      tag: '',
      isContract: false,
      fraction: 0.1,
      isLocked: false,
    },
    {
      address: '0x00000000000000000000000000000000000000b2',
      tag: '',
      isContract: false,
      fraction: 0.05,
      isLocked: false,
    },
  ],
  lpHolders: [
    {
      address: '0x00000000000000000000000000000000000010c4',
      tag: 'locker',
      isContract: true,
      fraction: 0.8,
      isLocked: true,
      lockEndsAtMs: sampleNowMs + 300 * dayMs,
    },
    {
      address: '0x00000000000000000000000000000000000010c5',
      tag: 'locker',
      isContract: true,
      fraction: 0.2,
      isLocked: true,
      lockEndsAtMs: sampleNowMs - dayMs,
    },
  ],
  creatorAddress: '0x00000000000000000000000000000000000000c1',
  creatorFraction: 0.02,
  ownerAddress: '0x00000000000000000000000000000000000000c1',
  ownerFraction: 0.01,
  trusted: false,
  listedOn: [],
};

const listing = {
  coingeckoId: 'sample-gem',
  description: 'A token that exists in tests only.',
  categories: ['Testing'],
  notice: 'Not for sale.',
  marketCapRank: 1_200,
  volume24hUsd: 120_000,
  changePercent: { h1: 0.1, h24: 3.4, d7: -2.5, d30: 12 },
  high24hUsd: 0.013,
  low24hUsd: 0.012,
  athUsd: 0.05,
  athAtMs: sampleNowMs - 60 * dayMs,
  atlUsd: 0.001,
  atlAtMs: sampleNowMs - 89 * dayMs,
  sentimentUpPercent: 71.5,
  watchlistUsers: 3_210,
  genesisAtMs: sampleNowMs - 90 * dayMs,
  development: null,
  subreddit: null,
};

const gem: MarketToken = {
  symbol: 'GEM',
  name: 'Sample Gem',
  contract: { chain: 'ethereum', address: '0x00000000000000000000000000000000000000a1' },
  listing,
  security,
  priceUsd: 0.0125,
  supply: { circulating: 600_000_000, total: 1_000_000_000, max: 1_000_000_000 },
  pools: [gemPool],
};

const coin: MarketToken = {
  symbol: 'COIN',
  name: 'Sample Coin',
  listing: { ...listing, coingeckoId: 'sample-coin', marketCapRank: 3 },
  priceUsd: 64_000,
  supply: { circulating: 19_000_000, total: 21_000_000, max: 21_000_000 },
  pools: [],
};

/** A token every source knows and a native coin only CoinGecko does. */
export const sampleMarket: MarketSnapshot = { asOfMs: sampleNowMs, tokens: [gem, coin] };

/** By contract alone, so that every source has one endpoint to ask. */
export const sampleToken: Token = {
  symbol: 'GEM',
  contract: { chain: 'ethereum', address: '0x00000000000000000000000000000000000000A1' },
};
export const sampleListedToken: Token = { ...sampleToken, coingeckoId: 'sample-gem' };
export const sampleCoin: Token = { symbol: 'COIN', coingeckoId: 'sample-coin' };
export const unknownToken: Token = {
  symbol: 'NOWHERE',
  contract: { chain: 'ethereum', address: '0x00000000000000000000000000000000000000ff' },
};
