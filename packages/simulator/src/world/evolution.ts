import type { MarketHolder, MarketListing, MarketSecurity, MarketToken } from '@autotrader/sources/fakes';
import { cycleDays, lockEnd } from './cycle.ts';
import { poolsAt } from './pools.ts';
import { type PriceCurve, priceBounds, priceCurve } from './price.ts';
import type { SecurityProfile, TokenProfile } from './profile.ts';

const hourMs = 3_600_000;
const dayMs = 86_400_000;

/** Holder counts grow from this day on, so that they never fall. */
const countedFromMs = Date.UTC(2026, 0, 1);

/** A token as the market shows it at a moment. */
export function tokenAt(seed: number, profile: TokenProfile, nowMs: number): MarketToken {
  const curve = priceCurve(seed, profile, nowMs);
  const pools = poolsAt(profile, { seed, nowMs, curve });
  return {
    symbol: profile.naming.symbol,
    name: profile.naming.name,
    ...(profile.contract === undefined ? {} : { contract: profile.contract }),
    ...listingAt(profile, curve, pools),
    ...securityAt(profile, nowMs),
    priceUsd: Number(curve.priceAt(0).toPrecision(7)),
    supply: {
      circulating: profile.circulatingSupply,
      total: profile.totalSupply,
      max: profile.isCapped ? profile.totalSupply : null,
    },
    pools,
  };
}

function listingAt(
  profile: TokenProfile,
  curve: PriceCurve,
  pools: MarketToken['pools'],
): { readonly listing?: MarketListing } {
  if (profile.texts === undefined) return {};
  const bounds = priceBounds(profile, cycleDays);
  const day = curve.range24h();
  const traded = pools.reduce((sum, pool) => sum + pool.trading.h24.volumeUsd, 0);
  return {
    listing: {
      coingeckoId: profile.naming.slug,
      ...profile.texts,
      marketCapRank: rankOf(profile),
      // A native coin trades on exchanges only; the others mostly in their pools.
      volume24hUsd: Math.round(profile.contract === undefined ? marketCap(profile) / 25 : traded * 1.05),
      changePercent: {
        h1: curve.changePercent(hourMs),
        h24: curve.changePercent(dayMs),
        d7: curve.changePercent(7 * dayMs),
        d30: curve.changePercent(30 * dayMs),
      },
      high24hUsd: digits(day.highUsd),
      low24hUsd: digits(day.lowUsd),
      athUsd: digits(bounds.highUsd * 1.2),
      athAtMs: Date.UTC(2024, 11, 8, 14, 24),
      atlUsd: digits(bounds.lowUsd * 0.7),
      atlAtMs: Date.UTC(2024, 4, 2, 3, 11),
      sentimentUpPercent: profile.sentimentUpPercent,
      watchlistUsers: profile.watchlistUsers,
      genesisAtMs: Date.UTC(2024, 3, 15),
      development:
        profile.commits4Weeks === null
          ? null
          : { stars: 40 + profile.commits4Weeks * 9, commits4Weeks: profile.commits4Weeks },
      subreddit: null,
    },
  };
}

const digits = (value: number): number => Number(value.toPrecision(7));

const marketCap = (profile: TokenProfile): number => profile.basePriceUsd * profile.circulatingSupply;

/** Roughly where a market cap stands among all listed coins; small ones are not ranked. */
function rankOf(profile: TokenProfile): number | null {
  const cap = marketCap(profile);
  return cap < 10e6 ? null : Math.min(3_000, Math.max(2, Math.round(60e9 / cap)));
}

function securityAt(profile: TokenProfile, nowMs: number): { readonly security?: MarketSecurity } {
  const { security } = profile;
  const kind = profile.kind.security;
  if (security === undefined || kind === null) return {};
  const days = Math.max(0, (nowMs - countedFromMs) / dayMs);
  const knowsTaxes = security.flags['is_in_dex'] !== null;
  return {
    security: {
      flags: security.flags,
      buyTaxFraction: knowsTaxes ? security.buyTaxFraction : null,
      sellTaxFraction: knowsTaxes ? security.sellTaxFraction : null,
      holders: security.holders + Math.floor(security.holders * kind.holdersPerDayFraction * days),
      topHolders: topHolders(security),
      lpHolders: lpHolders(security, nowMs),
      creatorAddress: security.creatorAddress,
      creatorFraction: security.creatorFraction,
      ownerAddress: security.ownerAddress,
      ownerFraction: security.ownerFraction,
      trusted: kind.trusted,
      listedOn: kind.trusted ? ['Coinbase'] : [],
    },
  };
}

/** Each holder has this much less than the one before. */
const steepness = 0.78;

/** Ten holders that together hold the drawn share; the creator is among them when it holds much. */
function topHolders(security: SecurityProfile): readonly MarketHolder[] {
  const count = 10;
  const weights = Array.from({ length: count }, (_, rank) => power(steepness, rank));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const isLarge = security.creatorFraction > security.top10Fraction / count;
  const rest = security.top10Fraction - (isLarge ? security.creatorFraction : 0);
  const others = weights
    .slice(0, isLarge ? count - 1 : count)
    .map((weight, rank) => holder(security.holderAddresses[rank] ?? '', (weight / sum) * rest));
  const creator = isLarge ? [holder(security.creatorAddress, security.creatorFraction)] : [];
  return [...creator, ...others].sort((a, b) => b.fraction - a.fraction);
}

function power(base: number, exponent: number): number {
  return Array.from({ length: exponent }).reduce((product: number) => product * base, 1);
}

function holder(address: string, fraction: number): MarketHolder {
  return { address, tag: '', isContract: false, fraction, isLocked: false };
}

/** The pool shares: the locked part in a locker, the rest with whoever may take it out. */
function lpHolders(security: SecurityProfile, nowMs: number): readonly MarketHolder[] {
  const locked = security.lpLockedFraction;
  const [locker = '', provider = ''] = security.holderAddresses.slice(-2);
  const free = holder(locked === 0 ? security.creatorAddress : provider, 1 - locked);
  if (locked === 0) return [free];
  const held: MarketHolder = {
    address: locker,
    tag: 'Liquidity locker',
    isContract: true,
    fraction: locked,
    isLocked: true,
    lockEndsAtMs: lockEnd(nowMs),
  };
  return [held, free].sort((a, b) => b.fraction - a.fraction);
}
