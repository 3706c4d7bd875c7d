import type { Token } from '@autotrader/sources';
import type { MarketSnapshot, MarketToken } from '@autotrader/sources/fakes';
import { createStream, shuffled } from '../random.ts';
import { tokenAt } from './evolution.ts';
import { deck, type TokenTruth } from './kinds.ts';
import { createNames } from './names.ts';
import { drawProfile, type TokenProfile } from './profile.ts';

/** The market changes once a minute: a snapshot in between is the one of the minute that has begun. */
const stepMs = 60_000;

/** A made-up market whose truth is known. */
export interface World {
  readonly seed: number;
  /** What to scan: as a watchlist would name it. */
  readonly tokens: readonly Token[];
  /** The market at the minute of `nowMs` (epoch milliseconds). The same seed and minute give the same bytes. */
  snapshot(nowMs: number): MarketSnapshot;
  /** What a token really is, for evaluating verdicts. No reply of a source leads here. `undefined` for a symbol that the world does not have. */
  truth(symbol: string): TokenTruth | undefined;
}

export interface WorldOptions {
  /** Any integer. @default 1 */
  readonly seed?: number;
  /** How many tokens. Kinds keep their shares: each ten tokens hold one of every kind. @default 10 */
  readonly size?: number;
}

/** The default market: its ten tokens reach every verdict. */
export const defaultSeed = 1;

export const defaultSize = 10;

/**
 * Draws a market. Prices, trades and holders follow smooth curves over time; names and addresses are made up,
 * except those of the wrapped and stable coins that tokens trade against.
 *
 * @throws RangeError when `seed` is not an integer or `size` not a whole number from 1 to 100 000
 */
export function createWorld({ seed = defaultSeed, size = defaultSize }: WorldOptions = {}): World {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a world's seed is an integer, not ${seed}`);
  if (!Number.isSafeInteger(size) || size < 1 || size > 100_000) {
    throw new RangeError(`a world has 1 to 100000 tokens, not ${size}`);
  }
  const profiles = drawProfiles(seed, size);
  const truths = new Map(profiles.map((profile) => [profile.naming.symbol, profile.kind.truth]));
  let latest: MarketSnapshot | undefined;
  return {
    seed,
    tokens: profiles.map(toToken),
    snapshot: (nowMs) => {
      const asOfMs = Math.floor(nowMs / stepMs) * stepMs;
      if (latest?.asOfMs !== asOfMs) latest = takeSnapshot(seed, profiles, asOfMs);
      return latest;
    },
    truth: (symbol) => truths.get(symbol),
  };
}

function drawProfiles(seed: number, size: number): readonly TokenProfile[] {
  const names = createNames(seed, size);
  const hands = Array.from({ length: Math.ceil(size / deck.length) }, (_, hand) =>
    shuffled(deck, createStream(seed, `deck/${hand}`)),
  );
  const kinds = hands.flat();
  return names.flatMap((naming, index) => {
    const kind = kinds[index];
    return kind === undefined ? [] : [drawProfile(seed, index, { kind, naming })];
  });
}

function takeSnapshot(seed: number, profiles: readonly TokenProfile[], asOfMs: number): MarketSnapshot {
  const tokens = profiles.map((profile) => tokenAt(seed, profile, asOfMs));
  const namesakes = profiles
    .map((profile, index) =>
      profile.kind.traps.includes('namesake') ? namesakeOf(seed, profile, tokens[index]) : undefined,
    )
    .filter((token) => token !== undefined);
  return { asOfMs, tokens, namesakes };
}

/** Another contract with the same ticker and name, worth next to nothing. */
function namesakeOf(seed: number, profile: TokenProfile, original: MarketToken | undefined): MarketToken | undefined {
  const [pool] = original?.pools ?? [];
  if (original?.contract === undefined || pool === undefined) return undefined;
  const [address = '', pairAddress = ''] = drawProfile(seed, -1, profile).pairAddresses;
  const { listing, security, ...rest } = original;
  return {
    ...rest,
    contract: { chain: original.contract.chain, address },
    priceUsd: original.priceUsd / 50,
    pools: [
      {
        ...pool,
        pairAddress,
        priceUsd: pool.priceUsd / 50,
        counterAmount: pool.counterAmount / 1_000,
        tokenAmount: pool.tokenAmount / 20,
        reportedLiquidityUsd: pool.reportedLiquidityUsd === null ? null : pool.reportedLiquidityUsd / 1_000,
      },
    ],
  };
}

function toToken(profile: TokenProfile): Token {
  return {
    symbol: profile.naming.symbol,
    name: profile.naming.name,
    ...(profile.contract === undefined ? {} : { contract: profile.contract }),
    ...(profile.texts === undefined ? {} : { coingeckoId: profile.naming.slug }),
  };
}
