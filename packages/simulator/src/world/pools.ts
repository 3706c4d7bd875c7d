import { chainOf } from '@autotrader/sources';
import type { MarketPool, MarketTrading, TradingWindow } from '@autotrader/sources/fakes';
import { createNoise } from '../random.ts';
import { copiedChain, venueOf, type WorldChain } from './counters.ts';
import { youngSince } from './cycle.ts';
import type { PriceCurve } from './price.ts';
import type { TokenProfile } from './profile.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;

const windowMs = { m5: 5 * minuteMs, h1: hourMs, h6: 6 * hourMs, h24: 24 * hourMs } as const;

/** Pools of tokens that are not young were opened here. */
const openedAtMs = Date.UTC(2024, 3, 15, 9, 30);

/** What one pool is, before its numbers at a moment are filled in. */
interface PoolPlan {
  readonly pairAddress: string;
  readonly counter: MarketPool['counter'];
  /** Of the token's whole depth and trading. */
  readonly share: number;
  readonly tokenIsQuote: boolean;
  readonly hasLiquidityKey: boolean;
}

export interface PoolMoment {
  readonly seed: number;
  readonly nowMs: number;
  readonly curve: PriceCurve;
}

/** The pools of a token at a moment, its wrapped-coin pool first. A native coin has none. */
export function poolsAt(profile: TokenProfile, moment: PoolMoment): readonly MarketPool[] {
  if (profile.contract === undefined) return [];
  const { chain } = profile.contract;
  const pools = planPools(profile, chain).map((plan) => poolAt(profile, chain, { ...moment, plan }));
  if (chain !== 'ethereum' || !profile.kind.traps.includes('copied_chain')) return pools;
  return [...pools, copiedPool(profile, moment)];
}

function planPools(profile: TokenProfile, chain: WorldChain): readonly PoolPlan[] {
  const venue = venueOf(chain);
  const [first = '', second = '', third = ''] = profile.pairAddresses;
  const plain = { tokenIsQuote: false, hasLiquidityKey: true };
  const main: PoolPlan = { ...plain, pairAddress: first, counter: venue.wrapped, share: 0.8 };
  const isQuote = profile.kind.traps.includes('token_is_quote');
  const side: PoolPlan = { ...plain, pairAddress: second, counter: venue.stable, share: 0.2, tokenIsQuote: isQuote };
  if (!profile.kind.traps.includes('no_liquidity_key')) return [main, side];
  return [main, side, { ...plain, pairAddress: third, counter: venue.wrapped, share: 0.002, hasLiquidityKey: false }];
}

function poolAt(
  profile: TokenProfile,
  chain: WorldChain,
  { plan, nowMs, seed, curve }: PoolMoment & { plan: PoolPlan },
): MarketPool {
  const venue = venueOf(chain);
  const noise = createNoise(seed, `${profile.label}/depth`);
  const depthUsd = profile.depthUsd * plan.share * (1 + 0.04 * noise(nowMs, 30 * hourMs));
  const reportedUsd = depthUsd * profile.reportedFactor;
  const priceUsd = curve.priceAt(0);
  return {
    chainSlug: chainOf(chain).dexscreenerId,
    dexId: venue.dexId,
    labels: venue.labels,
    pairAddress: plan.pairAddress,
    counter: plan.counter,
    tokenIsQuote: plan.tokenIsQuote,
    priceUsd,
    // What is reported beyond the counter side can only be claimed of our own token, which nobody else prices.
    tokenAmount: (reportedUsd - depthUsd / 2) / priceUsd,
    counterAmount: depthUsd / 2 / plan.counter.priceUsd,
    reportedLiquidityUsd: plan.hasLiquidityKey ? reportedUsd : null,
    trading: tradingAt(profile, plan.share, { seed, nowMs, curve }),
    createdAtMs: profile.kind.age === 'young' ? youngSince(nowMs, profile.offsetDays) : openedAtMs,
  };
}

/** Trading of each window; a shorter window never has more than a longer one. */
function tradingAt(profile: TokenProfile, share: number, moment: PoolMoment): Record<TradingWindow, MarketTrading> {
  const { seed, nowMs, curve } = moment;
  const noise = createNoise(seed, `${profile.label}/trading`);
  const wave = (middle: number, width: number, periodMs: number): number => middle + width * noise(nowMs, periodMs);
  const day = profile.buys24h * share * wave(1, 0.08, 26 * hourMs);
  const sixHours = day * wave(0.25, 0.06, 5 * hourMs);
  const hour = sixHours * wave(0.17, 0.04, 55 * minuteMs);
  const minutes = hour * wave(0.08, 0.03, 8 * minuteMs);
  const sellsPerBuy = profile.sellsPerBuy * wave(1, 0.03, 19 * hourMs);
  const windowOf = (buys: number, window: TradingWindow): MarketTrading => {
    const sells = Math.round(buys * sellsPerBuy);
    const whole = Math.round(buys);
    return {
      buys: whole,
      sells,
      volumeUsd: (whole + sells) * profile.usdPerTrade,
      changePercent: curve.changePercent(windowMs[window]),
    };
  };
  return {
    m5: windowOf(minutes, 'm5'),
    h1: windowOf(hour, 'h1'),
    h6: windowOf(sixHours, 'h6'),
    h24: windowOf(day, 'h24'),
  };
}

/** The same address on a copied chain: a tiny price, and a pool that claims more than the real one. */
function copiedPool(profile: TokenProfile, { nowMs, curve }: PoolMoment): MarketPool {
  const priceUsd = curve.priceAt(0) / 1_000;
  const reportedLiquidityUsd = profile.depthUsd * 1.4;
  const quiet: MarketTrading = { buys: 3, sells: 5, volumeUsd: 61.4, changePercent: 0 };
  return {
    chainSlug: copiedChain.slug,
    dexId: copiedChain.dexId,
    labels: copiedChain.labels,
    pairAddress: profile.pairAddresses[3] ?? '',
    counter: copiedChain.counter,
    tokenIsQuote: false,
    priceUsd,
    tokenAmount: reportedLiquidityUsd / 2 / priceUsd,
    counterAmount: reportedLiquidityUsd / 2 / copiedChain.counter.priceUsd,
    reportedLiquidityUsd,
    trading: { m5: silent, h1: silent, h6: silent, h24: quiet },
    createdAtMs: Math.min(nowMs, openedAtMs),
  };
}

const silent: MarketTrading = { buys: 0, sells: 0, volumeUsd: 0, changePercent: 0 };
