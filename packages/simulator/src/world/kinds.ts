import { type FlagPattern, flagPatterns } from './contract-flags.ts';
import type { WorldChain } from './counters.ts';

/** What a token really is. Known to the world alone. */
export const tokenTruths = ['gem', 'ordinary', 'trusted', 'dud', 'rug', 'honeypot', 'wash_traded', 'dying'] as const;

export type TokenTruth = (typeof tokenTruths)[number];

export type Range = readonly [lo: number, hi: number];

/** How a kind of token shows itself in the data. Each range is drawn from once per token. */
export interface TokenKind {
  readonly truth: TokenTruth;
  readonly chains: readonly [WorldChain, ...WorldChain[]] | 'native';
  readonly marketCapUsd: Range;
  readonly circulatingFraction: Range;
  /** Both sides of all pools together. */
  readonly depthUsd: Range;
  /** How many times the real depth the pools report. 1 is honest. */
  readonly reportedFactor: Range;
  readonly buys24h: Range;
  readonly sellsPerBuy: Range;
  readonly usdPerTrade: Range;
  /** Half-width of the price's wandering, as a fraction. */
  readonly volatility: number;
  /** Compounded over the 90 days of a cycle. */
  readonly driftPerDayFraction: number;
  readonly listing: ListingKind | null;
  readonly security: SecurityKind | null;
  /** Pools older than the world, or opened within the last month. */
  readonly age: 'old' | 'young';
  readonly traps: readonly PoolTrap[];
}

/** Pools that mislead a careless reader of DexScreener. */
export type PoolTrap = 'copied_chain' | 'token_is_quote' | 'no_liquidity_key' | 'namesake';

export interface ListingKind {
  readonly tone: 'thriving' | 'steady' | 'hyped' | 'fading' | 'infrastructure';
  readonly sentimentUpPercent: Range | null;
  readonly watchlistUsers: Range | null;
  readonly commits4Weeks: Range | null;
}

export interface SecurityKind {
  readonly flags: FlagPattern;
  /** Flags of which each token of this kind has the first or the second pattern. */
  readonly otherFlags?: FlagPattern;
  readonly holders: Range;
  readonly holdersPerDayFraction: number;
  readonly top10Fraction: Range;
  readonly creatorFraction: Range;
  readonly ownerFraction: Range;
  readonly lpLockedFraction: Range;
  readonly buyTaxFraction: Range;
  readonly sellTaxFraction: Range;
  readonly trusted: boolean;
}

const plainSecurity = {
  flags: flagPatterns.clean,
  holdersPerDayFraction: 0.0004,
  creatorFraction: [0, 0.01],
  ownerFraction: [0, 0],
  buyTaxFraction: [0, 0],
  sellTaxFraction: [0, 0],
  trusted: false,
} as const satisfies Partial<SecurityKind>;

const gem: TokenKind = {
  truth: 'gem',
  chains: ['ethereum', 'base'],
  marketCapUsd: [40e6, 160e6],
  circulatingFraction: [0.75, 0.95],
  depthUsd: [1.4e6, 4.5e6],
  reportedFactor: [1, 1],
  buys24h: [3_200, 6_000],
  sellsPerBuy: [0.58, 0.7],
  usdPerTrade: [350, 700],
  volatility: 0.06,
  driftPerDayFraction: 0.006,
  listing: {
    tone: 'thriving',
    sentimentUpPercent: [82, 95],
    watchlistUsers: [20_000, 90_000],
    commits4Weeks: [60, 180],
  },
  security: {
    ...plainSecurity,
    holders: [50_000, 160_000],
    holdersPerDayFraction: 0.0008,
    top10Fraction: [0.16, 0.3],
    lpLockedFraction: [0.9, 0.97],
  },
  age: 'old',
  traps: ['copied_chain', 'namesake'],
};

const trusted: TokenKind = {
  truth: 'trusted',
  chains: ['ethereum'],
  marketCapUsd: [0.8e9, 2.5e9],
  circulatingFraction: [0.9, 1],
  depthUsd: [12e6, 25e6],
  reportedFactor: [1, 1],
  buys24h: [6_000, 9_000],
  sellsPerBuy: [0.94, 1.06],
  usdPerTrade: [1_500, 2_500],
  volatility: 0.02,
  driftPerDayFraction: 0,
  listing: {
    tone: 'infrastructure',
    sentimentUpPercent: [70, 82],
    watchlistUsers: [150_000, 400_000],
    commits4Weeks: [20, 60],
  },
  security: {
    ...plainSecurity,
    flags: flagPatterns.capable,
    holders: [600_000, 1_500_000],
    top10Fraction: [0.25, 0.38],
    ownerFraction: [0, 0.01],
    lpLockedFraction: [0.55, 0.7],
    trusted: true,
  },
  age: 'old',
  traps: ['copied_chain', 'token_is_quote'],
};

const ordinary: TokenKind = {
  truth: 'ordinary',
  chains: ['bsc', 'ethereum', 'base'],
  marketCapUsd: [15e6, 60e6],
  circulatingFraction: [0.5, 0.75],
  depthUsd: [0.6e6, 1.6e6],
  reportedFactor: [1, 1],
  buys24h: [500, 1_400],
  sellsPerBuy: [0.85, 1.1],
  usdPerTrade: [250, 500],
  volatility: 0.1,
  driftPerDayFraction: 0,
  listing: {
    tone: 'steady',
    sentimentUpPercent: [58, 74],
    watchlistUsers: [5_000, 20_000],
    commits4Weeks: [5, 30],
  },
  security: {
    ...plainSecurity,
    holders: [12_000, 40_000],
    top10Fraction: [0.3, 0.42],
    lpLockedFraction: [0.6, 0.85],
  },
  age: 'old',
  traps: ['token_is_quote', 'no_liquidity_key'],
};

const solanaOrdinary: TokenKind = {
  ...ordinary,
  chains: ['solana'],
  buys24h: [2_000, 5_000],
  usdPerTrade: [60, 180],
  security: {
    ...plainSecurity,
    flags: flagPatterns.solanaClean,
    holders: [20_000, 60_000],
    top10Fraction: [0.28, 0.4],
    lpLockedFraction: [0.6, 0.85],
  },
  traps: ['no_liquidity_key'],
};

/** A layer-1 coin: no contract, so nobody can check one, and no pool of its own. */
const native: TokenKind = {
  ...ordinary,
  chains: 'native',
  marketCapUsd: [0.4e9, 3e9],
  circulatingFraction: [0.7, 0.95],
  listing: {
    tone: 'infrastructure',
    sentimentUpPercent: [72, 85],
    watchlistUsers: [80_000, 250_000],
    commits4Weeks: [40, 120],
  },
  security: null,
  volatility: 0.05,
  traps: [],
};

/** Nobody lists it, nobody checked it: unknown is what it must stay. */
const dud: TokenKind = {
  truth: 'dud',
  chains: ['base', 'bsc'],
  marketCapUsd: [40e3, 160e3],
  circulatingFraction: [1, 1],
  depthUsd: [5e3, 18e3],
  reportedFactor: [1, 1],
  buys24h: [1, 14],
  sellsPerBuy: [0.8, 1.4],
  usdPerTrade: [15, 60],
  volatility: 0.15,
  driftPerDayFraction: -0.004,
  listing: null,
  security: null,
  age: 'old',
  traps: [],
};

const rug: TokenKind = {
  truth: 'rug',
  chains: ['bsc', 'base'],
  marketCapUsd: [2e6, 9e6],
  circulatingFraction: [0.5, 0.7],
  depthUsd: [90e3, 220e3],
  reportedFactor: [1, 1],
  buys24h: [900, 2_200],
  sellsPerBuy: [0.35, 0.5],
  usdPerTrade: [90, 240],
  volatility: 0.25,
  driftPerDayFraction: 0.012,
  listing: { tone: 'hyped', sentimentUpPercent: [60, 80], watchlistUsers: [400, 1_500], commits4Weeks: null },
  security: {
    ...plainSecurity,
    flags: flagPatterns.ownerControlled,
    holders: [700, 2_000],
    top10Fraction: [0.72, 0.86],
    creatorFraction: [0.28, 0.42],
    ownerFraction: [0.05, 0.1],
    lpLockedFraction: [0, 0],
    buyTaxFraction: [0.02, 0.04],
    sellTaxFraction: [0.05, 0.09],
  },
  age: 'young',
  traps: [],
};

const honeypot: TokenKind = {
  truth: 'honeypot',
  chains: ['ethereum', 'bsc'],
  marketCapUsd: [0.8e6, 3e6],
  circulatingFraction: [1, 1],
  depthUsd: [120e3, 320e3],
  reportedFactor: [1, 1],
  buys24h: [500, 1_200],
  sellsPerBuy: [0, 0.004],
  usdPerTrade: [60, 160],
  volatility: 0.12,
  driftPerDayFraction: 0.01,
  listing: null,
  security: {
    ...plainSecurity,
    flags: flagPatterns.trap,
    otherFlags: flagPatterns.unverifiedTrap,
    holders: [600, 1_600],
    top10Fraction: [0.5, 0.7],
    creatorFraction: [0.05, 0.15],
    lpLockedFraction: [0, 0.1],
    buyTaxFraction: [0, 0.03],
    sellTaxFraction: [1, 1],
  },
  age: 'young',
  traps: [],
};

const washTraded: TokenKind = {
  truth: 'wash_traded',
  chains: ['base', 'bsc'],
  marketCapUsd: [6e6, 20e6],
  circulatingFraction: [0.8, 1],
  depthUsd: [15e3, 38e3],
  reportedFactor: [90, 160],
  buys24h: [20_000, 40_000],
  sellsPerBuy: [0.99, 1.01],
  usdPerTrade: [600, 1_200],
  volatility: 0.03,
  driftPerDayFraction: 0,
  listing: { tone: 'hyped', sentimentUpPercent: [50, 66], watchlistUsers: [100, 600], commits4Weeks: null },
  security: {
    ...plainSecurity,
    holders: [120, 320],
    top10Fraction: [0.6, 0.8],
    creatorFraction: [0.08, 0.2],
    lpLockedFraction: [0, 0.05],
  },
  age: 'young',
  traps: [],
};

const dying: TokenKind = {
  truth: 'dying',
  chains: ['ethereum', 'bsc'],
  marketCapUsd: [4e6, 10e6],
  circulatingFraction: [0.85, 1],
  depthUsd: [60e3, 110e3],
  reportedFactor: [1, 1],
  buys24h: [20, 60],
  sellsPerBuy: [2.2, 3.5],
  usdPerTrade: [40, 110],
  volatility: 0.06,
  driftPerDayFraction: -0.025,
  listing: { tone: 'fading', sentimentUpPercent: [14, 30], watchlistUsers: [3_000, 9_000], commits4Weeks: [0, 0] },
  security: {
    ...plainSecurity,
    holders: [6_000, 14_000],
    holdersPerDayFraction: 0,
    top10Fraction: [0.4, 0.55],
    lpLockedFraction: [0.3, 0.5],
  },
  age: 'old',
  traps: [],
};

/** One hand of ten: a world of any size repeats it, so that every kind keeps its share. */
export const deck: readonly TokenKind[] = [
  gem,
  trusted,
  ordinary,
  solanaOrdinary,
  native,
  dud,
  rug,
  honeypot,
  washTraded,
  dying,
];
